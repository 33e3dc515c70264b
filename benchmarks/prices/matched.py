"""Listings that are in two tables of one marketplace: with the price paid, and with the item's.

Kaggle's table has prices that include the fee where the buyer pays, and Mercari's table of women's
things has prices of the item. A listing is in both where title and description are the same; one
without a description is left out, since many things have the same title.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common.groups import group_key
from common.listing import Listing
from common.progress import ignore_progress
from common.snapshot import Snapshot
from ingest.ingest import Options, ingest_file

KAGGLE = Path("mercari/train.tsv")
WOMEN = Path("mercari_women/labelled.tsv")
FEES = Path("shipping/mercari_fee.tsv")
"""The tables, below LISTREC_DATA."""

ALL_ROWS = (1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Matched:
    """A listing of Kaggle's table whose item price is known.

    Attributes:
        listing: the listing, with the price of Kaggle's table and the payer.
        item_price: price of the item alone, by the other table.
        fee: the known fee in USD; ``None`` where the seller pays, and where it is not known.
    """

    listing: Listing
    item_price: float
    fee: float | None


@dataclass(frozen=True, slots=True)
class Tables:
    """Kaggle's table, and its listings that are in the other table too.

    Attributes:
        kaggle: snapshot of all rows of Kaggle's table, in its training split.
        women: snapshot of the other table, likewise.
        matched: the listings that are in both.
    """

    kaggle: Snapshot
    women: Snapshot
    matched: tuple[Matched, ...]


def read_tables(data: Path, folder: Path) -> Tables:
    """Ingest both tables of the folder ``data`` into ``folder``, and match their listings."""
    kaggle = _ingest(data / KAGGLE, folder / "kaggle")
    women = _ingest(data / WOMEN, folder / "women")
    fees = _read_fees(data / FEES)

    matched = _match(kaggle.read("train"), women.read("train"), fees)
    return Tables(kaggle, women, tuple(matched))


def write_others(data: Path, tables: Tables, folder: Path) -> Snapshot:
    """Make a snapshot in ``folder`` of Kaggle's rows that are in no group of a matched listing."""
    groups = {group_key(match.listing) for match in tables.matched}
    left_out = {
        row.listing_id
        for row in tables.kaggle.read("train")
        if group_key(row) in groups
    }

    table = folder / "others.tsv"
    lines = _lines_without(data / KAGGLE, left_out)
    table.write_text("".join(lines), encoding="utf-8")
    options = Options(fractions=(0.9, 0.1, 0.0))
    return ingest_file(table, folder / "others", options, ignore_progress)


def _match(
    kaggle: Sequence[Listing], women: Sequence[Listing], fees: Mapping[str, float]
) -> Iterator[Matched]:
    """Yield the priced listings of the first table that are in the second one."""
    item_prices = {_content(row): row.price for row in women if row.description}
    for row in kaggle:
        price = item_prices.get(_content(row))
        if price is not None and row.price is not None:
            yield Matched(row, price, fees.get(row.listing_id))


def _lines_without(table: Path, ids: set[str]) -> Iterator[str]:
    # Cells are not quoted: a line is a row, and its id is the first cell.
    with table.open(encoding="utf-8") as lines:
        for line in lines:
            if line.partition("\t")[0] not in ids:
                yield line


def _ingest(table: Path, out: Path) -> Snapshot:
    return ingest_file(table, out, Options(fractions=ALL_ROWS), ignore_progress)


def _content(row: Listing) -> tuple[str, str]:
    return row.title, row.description


def _read_fees(table: Path) -> dict[str, float]:
    """Return the known fee of listings by their id."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows: Sequence[dict[str, str]] = list(
            csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        )
    return {row["train_id"]: float(row["fee"]) for row in rows}
