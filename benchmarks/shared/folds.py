"""Grouped cross-validation: every row is tested once, without its group among training rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from common.groups import group_key
from common.listing import Listing
from common.photos.reading import read_bytes
from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file
from ingest.options import ReadOptions
from simulator.source import ingest_synthetic

FRACTIONS = (0.9, 0.1, 0.0)
"""Shares of training and validation rows among the rows that are not tested."""

SYNTHETIC = "synthetic"
"""The name of the synthetic market in place of a table's path."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold.

    Attributes:
        snapshot: snapshot of the training and validation rows.
        test: rows of the other groups.
    """

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
    source: str,
    folder: Path,
    *,
    rows: int = 0,
    min_price: float = 0.0,
    reading: ReadOptions | None = None,
) -> list[Listing]:
    """The valid rows of a table, or ``rows`` of the synthetic market.

    ``reading`` says what ingest is not to recognise by itself. Prices below ``min_price`` are
    removed; those rows keep their other labels. At most ``rows`` of a table are returned if that is
    not 0. A ``folder`` that exists is not ingested again.
    """
    options = Options(reading or ReadOptions(), fractions=(1.0, 0.0, 0.0))
    if folder.exists():
        snapshot = Snapshot.open(folder, verify=False)
    elif source == SYNTHETIC:
        snapshot = ingest_synthetic(rows, folder, options, ignore_progress)
    else:
        snapshot = ingest_file(Path(source), folder, options, ignore_progress)

    listings = snapshot.read("train")
    if rows:
        listings = listings[:rows]
    return [_without_low_price(row, min_price) for row in listings]


def make_folds(
    listings: Sequence[Listing], n_folds: int, folder: Path
) -> Iterator[Fold]:
    """Yield ``n_folds`` folds; a group (``common.groups``) is never on both sides."""
    for number in range(n_folds):
        out = folder / str(number)
        yield read_fold(listings, number, n_folds, out)


def read_fold(
    listings: Sequence[Listing],
    number: int,
    n_folds: int,
    out: Path,
    *,
    extra: Sequence[Listing] = (),
    share: float = 1.0,
) -> Fold:
    """Fold ``number`` of ``n_folds``; its snapshot is written to ``out`` unless it exists.

    ``extra`` rows are added to the training rows, except those whose group is tested. A ``share``
    of the training groups is kept.
    """
    test = [row for row in listings if fold_of(row, n_folds) == number]

    if not out.exists():
        # Extra rows may be of the same sellers or titles as tested ones.
        tested_groups = {group_key(row) for row in test}
        learned = []
        for row in (*listings, *extra):
            if group_key(row) not in tested_groups and _is_kept(row, share):
                learned.append(row)
        _write_snapshot(learned, out, seed=number)

    return Fold(Snapshot.open(out, verify=False), test)


def fold_of(listing: Listing, n_folds: int) -> int:
    """The number of the fold that a listing is tested in; its group is never divided."""
    return _hash(group_key(listing)) % n_folds


def rename(listings: Sequence[Listing], prefix: str) -> list[Listing]:
    """Prefix the ids of a second table's rows, so that they differ from those of the first."""
    renamed = []
    for row in listings:
        listing_id = f"{prefix}{row.listing_id}"
        renamed.append(replace(row, listing_id=listing_id))
    return renamed


def _write_snapshot(listings: Sequence[Listing], out: Path, seed: int) -> None:
    table = out.with_suffix(".parquet")
    table.parent.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame([_cells(row) for row in listings])
    frame.to_parquet(table)
    options = Options(fractions=FRACTIONS, seed=seed)
    ingest_file(table, out, options, ignore_progress)


def _is_kept(listing: Listing, share: float) -> bool:
    if share == 1.0:
        return True

    # Independent of the fold's hash by its prefix; a larger share keeps all groups of a smaller.
    kept_key = f"kept {group_key(listing)}"
    position = _hash(kept_key) / 2**64
    return position < share


def _hash(key: str) -> int:
    # Python's own hash of a text differs from process to process.
    digest = hashlib.blake2b(key.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _without_low_price(listing: Listing, min_price: float) -> Listing:
    is_low = listing.price is not None and listing.price < min_price
    if is_low:
        return replace(listing, price=None)
    return listing


def _cells(listing: Listing) -> dict[str, object]:
    """The cells of a row of a table; photos as bytes, where there are any."""
    # An ingest takes photos as bytes or files; paths into a snapshot's archive are neither.
    cells = asdict(listing)
    del cells["photos"]

    photos = [read_bytes(photo) for photo in listing.photos]
    if photos:
        cells["photos"] = photos
    return cells
