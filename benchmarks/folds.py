"""Grouped cross-validation: every row of a source is once a test row, apart from all of its kin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from common.listing import Listing
from common.photos.reading import read
from common.snapshot import Snapshot
from common.sources.groups import group_key
from common.sources.ingest import Options, ingest_file, ingest_synthetic

FRACTIONS = (0.9, 0.1, 0.0)
"""Of the rows that are not tested: shares of training and of validation rows."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A snapshot of training and validation rows, and the test rows that were kept from it."""

    snapshot: Snapshot
    test: list[Listing]

    @property
    def train(self) -> list[Listing]:
        """Rows to fit on."""
        return self.snapshot.read("train")

    @property
    def validation(self) -> list[Listing]:
        """Rows to choose settings by."""
        return self.snapshot.read("validation")


def read_source(
    source: str, folder: Path, *, rows: int = 0, least_price: float = 0.0
) -> list[Listing]:
    """Return the usable rows of a table, or ``rows`` of the synthetic market.

    Prices below ``least_price`` are forgotten; those rows keep their other labels.
    """
    everything = Options(fractions=(1.0, 0.0, 0.0))
    if source == "synthetic":
        snapshot = ingest_synthetic(rows, folder, everything, _silent)
    else:
        snapshot = ingest_file(Path(source), folder, everything, _silent)
    return [_priced(row, least_price) for row in snapshot.read("train")]


def folds(listings: Sequence[Listing], count: int, folder: Path) -> Iterator[Fold]:
    """Yield ``count`` folds; a group (``common.sources.groups``) is never on both sides."""
    places = [_place(listing, count) for listing in listings]
    for number in range(count):
        parts: dict[bool, list[Listing]] = {True: [], False: []}
        for listing, place in zip(listings, places, strict=True):
            parts[place == number].append(listing)
        table = folder / f"{number}.parquet"
        pd.DataFrame([_cells(listing) for listing in parts[False]]).to_parquet(table)
        options = Options(fractions=FRACTIONS, seed=number)
        yield Fold(ingest_file(table, folder / str(number), options, _silent), parts[True])


def _place(listing: Listing, count: int) -> int:
    digest = hashlib.blake2b(group_key(listing).encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


def _priced(listing: Listing, least: float) -> Listing:
    low = listing.price is not None and listing.price < least
    return replace(listing, price=None) if low else listing


def _cells(listing: Listing) -> dict[str, object]:
    """A row of a table; photos as their bytes, where there are any."""
    cells = {name: value for name, value in asdict(listing).items() if name != "photos"}
    photos = [read(photo) for photo in listing.photos]
    return cells | ({"photos": photos} if photos else {})


def _silent(doing: str, fraction: float) -> None:
    """Tell nobody: ingest takes seconds."""
