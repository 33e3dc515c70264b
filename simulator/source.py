"""The synthetic market as a source: listings with the habits of real ones, and none of their data.

Listings are drawn in blocks, each from its own random stream, so that row ``i`` is the same
however many rows are drawn. ``simulator.oracle`` gives the distributions they are drawn from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import InputError
from common.progress import Progress
from common.snapshot import Snapshot
from common.store.new_folder import check_free
from ingest.ingest import Options, ingest_source
from ingest.readings import DEFAULT_READINGS
from ingest.source import RawRow, SourceDescription
from simulator.ground_truth import BLOCK
from simulator.listings import ListingSampler

if TYPE_CHECKING:
    from simulator.photos import PhotoRenderer


def read(rows: int, seed: int, photos: bool = False) -> Iterator[list[RawRow]]:
    """Yield ``rows`` listings in batches; the same seed gives the same rows.

    Lines count from 1, values are keyed by field, prices are in US dollars. With ``photos`` most
    rows have a tuple of one to three JPEG files as bytes, and one in twenty of those has no text.

    Raises InputError for fewer than one row and for a negative seed.
    """
    if rows < 1:
        raise InputError(f"a synthetic shop needs at least one row, not {rows}")
    if seed < 0:
        raise InputError(f"a seed is a whole number from 0, not {seed}")

    renderer = _photo_renderer(seed) if photos else None
    sampler = ListingSampler(seed, renderer)

    for first_row in range(0, rows, BLOCK):
        block = first_row // BLOCK
        n_left = rows - first_row
        yield sampler.sample_rows(block, min(BLOCK, n_left))


def ingest_synthetic(
    rows: int, out: Path, options: Options, progress: Progress, photos: bool = False
) -> Snapshot:
    """Make a snapshot of a synthetic shop of ``rows`` listings, drawn with the options' seed.

    With ``photos`` they are rendered too, in about a millisecond each. Raises InputError if
    ``out`` exists already.
    """
    check_free(out)
    name = f"synthetic, {rows} rows, seed {options.seed}"
    if photos:
        name += ", photos"

    # No file is read: the name determines the rows, so its checksum stands for theirs.
    checksum = hashlib.sha256(name.encode())
    provenance = {
        "name": name,
        "checksum": checksum.hexdigest(),
    }
    currency = options.reading.currency or "USD"
    source = _SyntheticSource(rows, options.seed, photos, currency)
    return ingest_source(source, provenance, None, out, options, progress)


def _photo_renderer(seed: int) -> PhotoRenderer:
    # Imported here, because a market without photos does not need Pillow.
    from simulator.photos import PhotoRenderer
    from simulator.world import load_world

    return PhotoRenderer(load_world(), seed)


class _SyntheticSource:
    """The synthetic shop as ``ingest.source.Source``."""

    description = SourceDescription("synthetic")

    def __init__(self, rows: int, seed: int, photos: bool, currency: str) -> None:
        self.readings = replace(DEFAULT_READINGS, currency=currency)
        self._rows = rows
        self._photos = photos
        self._seed = seed
        self._n_read = 0

    def sample(self) -> Sequence[RawRow]:
        """Return no rows: every label has one spelling already."""
        return ()

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        """Yield the rows in blocks of their own size, whatever ``size`` is."""
        for batch in read(rows=self._rows, seed=self._seed, photos=self._photos):
            self._n_read += len(batch)
            yield batch

    def fraction(self) -> float:
        """The share of the rows that has been read."""
        return self._n_read / max(1, self._rows)
