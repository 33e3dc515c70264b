"""Grouped cross-validation: every row of a source is once a test row, apart from all of its kin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from common.listing import Listing
from common.photos.reading import read_bytes
from common.snapshot import Snapshot
from common.splits import group_key
from ingest.ingest import Options, ingest_file
from simulator.source import ingest_synthetic

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

    Prices below ``least_price`` are forgotten; those rows keep their other labels. Of a table at
    most ``rows`` are returned where that is not 0. What is in ``folder`` already is not read again.
    """
    everything = Options(fractions=(1.0, 0.0, 0.0))
    if folder.exists():
        snapshot = Snapshot.open(folder, verify=False)
    elif source == "synthetic":
        snapshot = ingest_synthetic(rows, folder, everything, _silent)
    else:
        snapshot = ingest_file(Path(source), folder, everything, _silent)
    found = snapshot.read("train")
    return [_priced(row, least_price) for row in found[: rows or len(found)]]


def make_folds(listings: Sequence[Listing], count: int, folder: Path) -> Iterator[Fold]:
    """Yield ``count`` folds; a group (``common.splits``) is never on both sides."""
    for number in range(count):
        yield read_fold(listings, number, count, folder / str(number))


def read_fold(
    listings: Sequence[Listing],
    number: int,
    count: int,
    out: Path,
    *,
    extra: Sequence[Listing] = (),
    share: float = 1.0,
) -> Fold:
    """Return fold ``number`` of ``count``; its snapshot is written to ``out`` unless it is there.

    ``extra`` rows are learned from too, those with kin among the test rows left out. Of the groups
    that are learned from a ``share`` is kept.
    """
    test = [row for row in listings if _place(row, count) == number]
    if not out.exists():
        kin = {group_key(row) for row in test}
        learned = [row for row in (*listings, *extra) if group_key(row) not in kin]
        kept = [row for row in learned if share == 1.0 or _drawn(f"kept {group_key(row)}") < share]
        table = out.with_suffix(".parquet")
        table.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame([_cells(row) for row in kept]).to_parquet(table)
        ingest_file(table, out, Options(fractions=FRACTIONS, seed=number), _silent)
    return Fold(Snapshot.open(out, verify=False), test)


def rename(listings: Sequence[Listing], prefix: str) -> list[Listing]:
    """Give rows of a second table ids that those of the first do not have."""
    return [replace(row, listing_id=f"{prefix}{row.listing_id}") for row in listings]


def _place(listing: Listing, count: int) -> int:
    return _number(group_key(listing)) % count


def _drawn(key: str) -> float:
    return _number(key) / 2**64


def _number(key: str) -> int:
    digest = hashlib.blake2b(key.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _priced(listing: Listing, least: float) -> Listing:
    low = listing.price is not None and listing.price < least
    return replace(listing, price=None) if low else listing


def _cells(listing: Listing) -> dict[str, object]:
    """A row of a table; photos as their bytes, where there are any."""
    cells = {name: value for name, value in asdict(listing).items() if name != "photos"}
    photos = [read_bytes(photo) for photo in listing.photos]
    return cells | ({"photos": photos} if photos else {})


def _silent(doing: str, fraction: float) -> None:
    """Tell nobody: ingest takes seconds."""
