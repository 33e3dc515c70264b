import tracemalloc
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.errors import InputError
from common.listing import CONDITIONS, NO_BRAND, PAYERS
from common.progress import ignore_progress
from common.taxonomy import Taxonomy
from ingest.ingest import Options
from ingest.readings import DEFAULT_READINGS
from ingest.rows import Row, parse_row
from ingest.source import FIELDS
from simulator.brands import make_brands
from simulator.categories import load_leaves
from simulator.ground_truth import BLOCK
from simulator.source import ingest_synthetic, read


@pytest.fixture(scope="module")
def shop() -> list[dict[str, Any]]:
    return _values(4000, 7)


def _values(rows: int, seed: int) -> list[dict[str, Any]]:
    return [dict(row.values) for batch in read(rows, seed) for row in batch]


def test_the_same_seed_gives_the_same_rows() -> None:
    assert _values(50, 3) == _values(50, 3)
    assert _values(50, 3) != _values(50, 4)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name in ("one", "other"):
        shop = ingest_synthetic(300, tmp_path / name, Options(seed=3), ignore_progress)
        parts = sorted((tmp_path / name).rglob("*.parquet"))
        files.append(
            [(part.relative_to(tmp_path / name), part.read_bytes()) for part in parts]
        )
        assert shop.manifest.rows["accepted"] == 300
    assert files[0] == files[1]
    assert len(files[0]) >= 3


def test_a_row_does_not_depend_on_how_many_are_asked_for() -> None:
    assert _values(BLOCK + 5, 3)[:40] == _values(40, 3)


def test_rows_are_numbered_and_counted_exactly() -> None:
    lines = [row.line for batch in read(BLOCK + 5, 1) for row in batch]
    assert lines == list(range(1, BLOCK + 6))


def test_a_large_shop_is_streamed() -> None:
    first = next(read(10**9, 1))
    assert len(first) == BLOCK


def test_memory_does_not_grow_with_the_shop() -> None:
    peaks = []
    for rows in (4 * BLOCK, 4 * BLOCK, 12 * BLOCK):
        # The first pays for what is loaded once.
        tracemalloc.start()
        assert sum(len(batch) for batch in read(rows, 1)) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.1 * peaks[1]


def test_values_are_legal(shop: list[dict[str, Any]]) -> None:
    for row in shop:
        assert set(row) <= set(FIELDS)
        assert row["title"].strip()
        assert row.get("condition", "new") in CONDITIONS
        assert row.get("shipping_payer", "buyer") in PAYERS
        assert 3 <= row.get("price", 3) <= 5000


def test_the_world_is_large_enough() -> None:
    paths = [leaf.path for leaf in load_leaves()]
    names = [brand.name for brand in make_brands()]
    assert len(set(paths)) == len(paths) > 300
    assert all(path.count("/") == 2 for path in paths)
    assert len(set(names)) == len(names) > 2000


def test_leaves_and_brands_have_long_tails() -> None:
    rows = _values(12 * BLOCK, 5)
    for field, common in (("category", 0.02), ("brand", 0.004)):
        met = Counter(
            row[field] for row in rows if row.get(field, NO_BRAND) != NO_BRAND
        )
        shares = np.array(sorted(met.values(), reverse=True)) / len(rows)
        assert shares[0] > common
        assert np.mean(shares < shares[0] / 10) > 0.6


def test_every_parcel_has_a_fee(shop: list[dict[str, Any]]) -> None:
    taxonomy = Taxonomy.default()
    ways = {(row.get("shipping_method"), row.get("parcel_size")) for row in shop}
    assert all(taxonomy.fee(method, size) for method, size in ways if method and size)
    assert len(ways) > 10


def test_the_shop_has_the_shape_of_a_market(shop: list[dict[str, Any]]) -> None:
    brands = Counter(row.get("brand") for row in shop)
    sellers = Counter(row["seller_id"] for row in shop if "seller_id" in row)
    japanese = np.mean([row.get("language") == "ja" for row in shop])
    assert 0.33 < brands[NO_BRAND] / len(shop) < 0.45
    assert len(brands) > 800
    assert len({row.get("category") for row in shop}) > 280
    assert 6 < np.mean(list(sellers.values())) < 10
    assert 0.35 < japanese < 0.55


def test_a_brand_is_often_missing_from_the_title(shop: list[dict[str, Any]]) -> None:
    branded = [row for row in shop if row.get("brand", NO_BRAND) != NO_BRAND]
    named = np.mean([row["brand"].lower() in row["title"].lower() for row in branded])
    assert 0.4 < named < 0.7


def test_any_label_may_be_missing(shop: list[dict[str, Any]]) -> None:
    optional = set(FIELDS) - {
        "title",
        "description",
        "listing_id",
        "photos",
        "currency",
    }
    assert all(any(field not in row for row in shop) for field in optional)


def test_new_things_of_a_category_cost_more_than_poor_ones(
    shop: list[dict[str, Any]],
) -> None:
    def middle(condition: str) -> float:
        prices = [
            row["price"]
            for row in shop
            if row.get("condition") == condition and "price" in row
        ]
        return float(np.median(prices))

    assert middle("new") > 1.3 * middle("poor")


@pytest.mark.parametrize(("rows", "seed"), [(0, 1), (5, -1)])
def test_an_impossible_shop_is_a_sentence(rows: int, seed: int) -> None:
    with pytest.raises(InputError, match="not"):
        list(islice(read(rows, seed), 1))


def test_every_row_would_enter_a_snapshot() -> None:
    rows = next(read(BLOCK, 11))
    parsed = [parse_row(row, DEFAULT_READINGS) for row in rows]
    assert all(isinstance(row, Row) and not row.dropped for row in parsed)
