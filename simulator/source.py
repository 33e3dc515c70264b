"""A synthetic market: listings with the habits of real ones, and none of their data.

Listings are drawn in blocks, each from its own stream of random numbers, so that row ``i`` is the
same however many rows are asked for. ``simulator.oracle`` knows the distributions
they were drawn from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import InputError
from common.progress import Progress
from common.snapshot import Snapshot
from common.store.new_folder import check_free
from ingest.ingest import Options, ingest_source
from ingest.source import RawRow
from simulator.ground_truth import BLOCK
from simulator.listings import ListingSampler

if TYPE_CHECKING:
    from simulator.photos import PhotoRenderer


def read(rows: int, seed: int, photos: bool = False) -> Iterator[list[RawRow]]:
    """Yield batches of ``rows`` listings in all; the same seed gives the same rows.

    Lines are counted from 1; values are keyed by field; prices are in US dollars. With ``photos``
    most rows have a tuple of one to three JPEG files as bytes, and one in twenty of those no text.
    """
    if rows < 1:
        raise InputError(f"a synthetic shop needs at least one row, not {rows}")
    if seed < 0:
        raise InputError(f"a seed is a whole number from 0, not {seed}")
    clerk = ListingSampler(seed, _photographer(seed) if photos else None)
    for first in range(0, rows, BLOCK):
        yield clerk.rows(first // BLOCK, min(BLOCK, rows - first))


def ingest_synthetic(
    rows: int, out: Path, options: Options, progress: Progress, photos: bool = False
) -> Snapshot:
    """Make a snapshot of a synthetic shop of ``rows`` listings, drawn with the options' seed.

    With ``photos`` they are rendered too, in about a millisecond each.
    """
    check_free(out)
    name = f"synthetic, {rows} rows, seed {options.seed}{', photos' if photos else ''}"
    provenance = {"name": name, "checksum": hashlib.sha256(name.encode()).hexdigest()}
    return ingest_source(
        _Shop(rows, options.seed, photos), provenance, None, out, options, progress
    )


def _photographer(seed: int) -> PhotoRenderer:
    from simulator.photos import PhotoRenderer
    from simulator.world import load

    return PhotoRenderer(load(), seed)


class _Shop:
    """The synthetic shop as a source."""

    kind = "synthetic"
    columns: Mapping[str, str] = {}
    missing = ()

    def __init__(self, rows: int, seed: int, photos: bool) -> None:
        self._rows = rows
        self._photos = photos
        self._seed = seed
        self._done = 0

    def batches(self, size: int) -> Iterator[list[RawRow]]:
        for batch in read(rows=self._rows, seed=self._seed, photos=self._photos):
            self._done += len(batch)
            yield batch

    def fraction(self) -> float:
        return self._done / max(1, self._rows)
