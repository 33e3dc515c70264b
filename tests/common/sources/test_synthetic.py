import io
from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import pytest
from PIL import Image

from common.errors import InputError
from common.listing import CONDITIONS, NO_BRAND, PAYERS
from common.photos.decoding import decode
from common.sources import FIELDS
from common.sources.rows import validate
from common.sources.synthetic import BLOCK, read
from common.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def shop() -> list[dict[str, Any]]:
    return _values(4000, 7)


def _values(rows: int, seed: int) -> list[dict[str, Any]]:
    return [dict(row.values) for batch in read(rows, seed) for row in batch]


def test_the_same_seed_gives_the_same_rows() -> None:
    assert _values(50, 3) == _values(50, 3)
    assert _values(50, 3) != _values(50, 4)


def test_a_row_does_not_depend_on_how_many_are_asked_for() -> None:
    assert _values(BLOCK + 5, 3)[:40] == _values(40, 3)


def test_rows_are_numbered_and_counted_exactly() -> None:
    lines = [row.line for batch in read(BLOCK + 5, 1) for row in batch]
    assert lines == list(range(1, BLOCK + 6))


def test_a_large_shop_is_streamed() -> None:
    first = next(read(10**9, 1))
    assert len(first) == BLOCK


def test_values_are_legal(shop: list[dict[str, Any]]) -> None:
    for row in shop:
        assert set(row) <= set(FIELDS)
        assert row["title"].strip()
        assert row.get("condition", "new") in CONDITIONS
        assert row.get("shipping_payer", "buyer") in PAYERS
        assert 3 <= row.get("price", 3) <= 5000


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
    assert 0.3 < japanese < 0.45


def test_a_brand_is_often_missing_from_the_title(shop: list[dict[str, Any]]) -> None:
    branded = [row for row in shop if row.get("brand", NO_BRAND) != NO_BRAND]
    named = np.mean([row["brand"].lower() in row["title"].lower() for row in branded])
    assert 0.4 < named < 0.7


def test_any_label_may_be_missing(shop: list[dict[str, Any]]) -> None:
    optional = set(FIELDS) - {"title", "description", "listing_id", "photos", "currency"}
    assert all(any(field not in row for row in shop) for field in optional)


def test_new_things_of_a_category_cost_more_than_poor_ones(shop: list[dict[str, Any]]) -> None:
    def middle(condition: str) -> float:
        prices = [
            row["price"] for row in shop if row.get("condition") == condition and "price" in row
        ]
        return float(np.median(prices))

    assert middle("new") > 1.3 * middle("poor")


@pytest.mark.parametrize(("rows", "seed"), [(0, 1), (5, -1)])
def test_an_impossible_shop_is_a_sentence(rows: int, seed: int) -> None:
    with pytest.raises(InputError, match="not"):
        list(islice(read(rows, seed), 1))


def test_every_row_would_enter_a_snapshot() -> None:
    rows = next(read(BLOCK, 11))
    assert [reasons for row in rows if isinstance(reasons := validate(row), list)] == []


def test_most_listings_have_photos_and_a_few_nothing_else() -> None:
    rows = [dict(row.values) for batch in read(300, 7, photos=True) for row in batch]
    counts = Counter(len(row.get("photos", ())) for row in rows)
    silent = [row for row in rows if not row["title"]]
    assert set(counts) == {0, 1, 2, 3}
    assert 0.05 < counts[0] / len(rows) < 0.15
    assert 4 < len(silent) < 30
    assert all(row["photos"] and not row["description"] for row in silent)


def test_photos_change_no_other_field() -> None:
    plain = next(read(40, 3))
    shown = next(read(40, 3, photos=True))
    for one, other in zip(plain, shown, strict=True):
        texts = {"title", "description", "photos"}
        assert {k: v for k, v in one.values.items() if k not in texts} == {
            k: v for k, v in other.values.items() if k not in texts
        }
        assert other.values["title"] in ("", one.values["title"])


def test_the_same_seed_gives_the_same_photos() -> None:
    first, again = (
        [row.values.get("photos") for row in next(read(count, 3, photos=True))]
        for count in (12, 20)
    )
    assert first == again[:12]


def test_every_photo_can_be_decoded_and_some_are_stored_turned() -> None:
    rows = next(read(120, 5, photos=True))
    photos = [photo for row in rows for photo in row.values.get("photos", ())]
    assert all(90 <= min(decode(photo).size) <= max(decode(photo).size) <= 128 for photo in photos)
    turned = [Image.open(io.BytesIO(photo)).getexif().get(274, 1) != 1 for photo in photos]
    assert 0.02 < np.mean(turned) < 0.2
    assert np.mean([len(photo) for photo in photos]) < 6000


def test_a_photo_shows_the_colour_of_the_thing() -> None:
    rows = next(read(900, 5, photos=True))
    middles = {
        colour: np.mean(
            [
                np.asarray(decode(row.values["photos"][0]).resize((9, 9)))[3:6, 3:6].mean((0, 1))
                for row in rows
                if row.values.get("colour") == colour and "photos" in row.values
            ],
            axis=0,
        )
        for colour in ("red", "blue", "green")
    }
    assert [int(np.argmax(middles[colour])) for colour in ("red", "green", "blue")] == [0, 1, 2]
