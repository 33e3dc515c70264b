"""Tables of real shops go in as they are: nothing is said of them, and nearly all rows are used.

The taxonomy, the parcels of Olist and the prices by brand of the data folder are no listings.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from common.snapshot import SPLITS, Snapshot
from ingest.ingest import Options, ingest_file
from tests.ingest.cases.shops import read_path

pytestmark = [pytest.mark.real_rows, pytest.mark.slow]

SHOPS = (
    "gumtree/listings.tsv",
    "japan/listings.tsv",
    "mercari/train.tsv",
    "mercari/test_corrupted.tsv",
    "mercari_women/labelled.tsv",
    "mercari_women/no_price.tsv",
    "vinted/listings.tsv",
    "thredup/listings.tsv",
    "shipping/ebay.tsv",
    "shipping/mercari_fee.tsv",
    "fashion/listings.csv",
    "clothing/listings.csv",
)

KAGGLES = (
    "listing_id",
    "title",
    "description",
    "price",
    "condition",
    "shipping_payer",
)
"""Columns of Kaggle's table whose cells stay as they are: their labels are not joined."""

BEFORE = (7_990, "69aa8bc0cd0ad717")
"""Rows that version 0.1 of ingest made of Kaggle's train.tsv, and their checksum."""

RECOVERED = ("4311",)
"""A row that was rejected for one odd cell, and is kept since."""


def data(name: str) -> Path:
    folder = os.environ.get("LISTREC_DATA")
    if not folder:
        pytest.skip("LISTREC_DATA is not set")
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} is not in LISTREC_DATA")
    return path


def cells(snapshot: Path, names: tuple[str, ...]) -> dict[str, tuple[object, ...]]:
    """The cells of a snapshot by the id of the listing."""
    shards = [
        shard for split in SPLITS for shard in (snapshot / split).glob("*.parquet")
    ]
    tables = [pq.read_table(shard).select(names).to_pydict() for shard in shards]
    rows = [row for table in tables for row in zip(*table.values(), strict=True)]
    return {str(row[0]): row[1:] for row in rows}


def digest(rows: dict[str, tuple[object, ...]]) -> str:
    """A checksum of rows in any order."""
    text = "\n".join(sorted(map(repr, rows.items())))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", SHOPS)
def test_nearly_all_rows_of_a_shop_are_used(name):
    shop = read_path(data(name))
    n_rows = len(shop.rows) + len(shop.rejected)
    assert len(shop.rows) >= 0.99 * n_rows
    assert n_rows > 100


def test_a_clothes_shop_is_no_export_of_etsy(tmp_path):
    shop = read_path(data("thredup/listings.tsv"))
    assert shop.description.kind == "tsv"
    assert not [path for path in shop.values("category") if path and "/" in path]


@pytest.mark.parametrize(
    ("name", "n_free"), [("shipping/ebay.tsv", 686), ("vinted/listings.tsv", 44)]
)
def test_a_column_of_what_the_buyer_pays_tells_fee_and_payer(name, n_free):
    shop = read_path(data(name))
    payers = shop.values("shipping_payer")
    has_fee = [fee is not None for fee in shop.values("shipping_fee")]
    assert payers.count("seller") == n_free
    assert has_fee == [payer == "buyer" for payer in payers]


def test_weights_and_sides_of_parcels_are_read():
    path = data("shipping/olist_items.tsv")
    shop = read_path(path, mapping={"title": "category_en"})
    assert shop.dropped == []
    for field in ("shipping_fee", "weight", "dimensions"):
        values = shop.values(field)
        assert len(values) - values.count(None) > 0.99 * len(values)


def test_kaggles_rows_and_cells_are_those_of_before(tmp_path):
    out = tmp_path / "out"
    ingest_file(data("mercari/train.tsv"), out, Options(), lambda *_: None)
    rows = cells(out, KAGGLES)
    # A row whose only fault was an odd cell is kept since.
    new = rows.keys() & set(RECOVERED)
    kept = {key: row for key, row in rows.items() if key not in new}
    assert (len(kept), digest(kept)) == BEFORE
    assert Snapshot.open(out).manifest.rows["read"] == 8_000
