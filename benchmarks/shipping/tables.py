"""The tables of the benchmark: what each has to learn from, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.shared.command_line import data_folder
from benchmarks.shared.folds import read_source
from benchmarks.shared.result_cache import fingerprint
from common.errors import InputError
from common.listing import Listing
from ingest.options import ReadOptions

FEE, PAYER = "shipping_fee", "shipping_payer"

INGEST_CODE = (
    "common/listing.py",
    "common/snapshot.py",
    "common/validation",
    "ingest",
)
"""Code that the rows depend on: if it changes, the tables are read again."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of real rows.

    Attributes:
        name: name of the shop.
        path: path below ``LISTREC_DATA``.
        target: what is predicted: ``FEE`` or ``PAYER``.
        note: what a reader must know about the rows.
        map: column of a field that ingest does not recognise; an empty one leaves the field out.
        folds: number of grouped folds.
    """

    name: str
    path: str
    target: str
    note: str
    map: Mapping[str, str] = field(default_factory=dict)
    folds: int = 5


TABLES = (
    Table(
        "ebay",
        "shipping/ebay.tsv",
        FEE,
        "Three in four listings ship free, which says nothing about the fee.",
    ),
    Table(
        "vinted",
        "vinted/listings.tsv",
        FEE,
        "Trainers of one kind: the fee depends on the seller's country and the carrier.",
        map={"photos": ""},
    ),
    Table(
        "mercari fees",
        "shipping/mercari_fee.tsv",
        FEE,
        "Fees of 4, 6 and 9 USD, of listings whose price is known with and without the fee.",
        map={"shipping_fee": "fee", "price": "item_price"},
    ),
    Table(
        "olist",
        "shipping/olist_items.tsv",
        FEE,
        "No titles and no distance: the title is the English name of the category.",
        map={"title": "category_en", "photos": ""},
    ),
    Table(
        "mercari",
        "mercari/train.tsv",
        PAYER,
        "Who pays, not what: the table has no fees.",
    ),
    Table(
        "women",
        "mercari_women/labelled.tsv",
        PAYER,
        "Who pays, grouped by seller.",
        folds=3,
    ),
)
"""Every table of the benchmark."""


def find_tables(names: str) -> list[Table]:
    """Return the tables of names joined by commas, all for an empty text."""
    known = {table.name: table for table in TABLES}
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise InputError(
            f"there is no table {unknown[0][:40]!r}; there are {', '.join(known)}"
        )
    return [known[name] for name in wanted]


def read_table(table: Table, scratch: Path) -> list[Listing]:
    """Return the rows of a table that have its target; raises InputError where it is missing."""
    path = data_folder("the tables") / table.path
    if not path.exists():
        raise InputError(f"{path} is not there: see LISTREC_DATA")

    code = fingerprint(INGEST_CODE, (), table.path, sorted(table.map.items()))
    folder = scratch / "rows" / f"{table.name.replace(' ', '-')}-{code}"
    rows = read_source(str(path), folder, reading=ReadOptions(mapping=table.map))
    return [row for row in rows if getattr(row, table.target) is not None]
