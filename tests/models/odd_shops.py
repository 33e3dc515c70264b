"""Small invented shops, each odd in one way, and settings with which they are learned at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

import models
from common.listing import ITEM, NO_BRAND, Listing, Photo
from common.snapshot import SPLITS

KINDS = ("boots", "mug", "lamp", "scarf")
N_ROWS = 120


@dataclass(frozen=True)
class Shop:
    """Rows in memory that are read as those of a snapshot are."""

    rows: Mapping[str, Sequence[Listing]]
    id: str = "odd"
    price_basis: str = ITEM

    def read(self, split: str) -> list[Listing]:
        return list(self.rows[split])

    def batches(self, split: str, size: int = 4096) -> Iterator[list[Listing]]:
        yield self.read(split)

    def count(self, split: str) -> int:
        return len(self.rows[split])


def ordinary_rows(n_rows: int = N_ROWS) -> list[Listing]:
    """Rows with every label, which depend on the title a little."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(n_rows):
        kind = KINDS[number % len(KINDS)]
        brand = ("Velox", "Ardent", NO_BRAND)[number % 3]
        rows.append(
            Listing(
                title=f"{brand} {kind} {number}",
                description=f"a {kind} in {('red', 'blue')[number % 2]}",
                category=f"Home/{kind[0]}/{kind}",
                brand=brand,
                condition=("new", "good")[number % 2],
                price=round(float(10 + number % 4 * 20 + random.random() * 5), 2),
                currency="USD",
                shipping_payer=("seller", "buyer")[number % 4 // 2],
                shipping_method=("letter", "parcel", "van")[number % 3],
                parcel_size=("small", "large")[number % 2],
                language="en",
                listing_id=str(number),
                seller_id=f"s{number % 30}",
            )
        )
    return rows


def split(rows: Sequence[Listing], shares: tuple[int, int, int] = (8, 1, 1)) -> Shop:
    """Deal rows out to the splits in turn."""
    turns = [name for name, n in zip(SPLITS, shares, strict=True) for _ in range(n)]
    # Every third of ten, so that the rows of a split are of several kinds.
    dealt = {name: [] for name in SPLITS}
    for number, row in enumerate(rows):
        dealt[turns[number * 3 % len(turns)]].append(row)
    return Shop(dealt)


def _each(**changes: Any) -> Callable[[], Shop]:
    return lambda: split([replace(row, **changes) for row in ordinary_rows()])


def _with(change: Callable[[Listing, int], Listing]) -> Callable[[], Shop]:
    return lambda: split([change(row, n) for n, row in enumerate(ordinary_rows())])


def _in_test_alone(**changes: Any) -> Callable[[], Shop]:
    def make() -> Shop:
        shop = split(ordinary_rows())
        test = [replace(row, **changes) for row in shop.rows["test"]]
        return Shop({**shop.rows, "test": test})

    return make


def _only_price(price: float) -> Callable[[Listing, int], Listing]:
    return lambda row, n: replace(row, price=price * (1 + n % 7))


SHOPS: Mapping[str, Callable[[], Shop]] = {
    "ordinary": lambda: split(ordinary_rows()),
    "twenty rows": lambda: split(ordinary_rows(20)),
    "five rows": lambda: split(ordinary_rows(5)),
    "no rows to train on": lambda: Shop(dict.fromkeys(SPLITS, ordinary_rows(0))),
    "no validation rows": lambda: split(ordinary_rows(), (8, 0, 2)),
    "no test rows": lambda: split(ordinary_rows(), (8, 2, 0)),
    "one test row": lambda: Shop(
        {**split(ordinary_rows()).rows, "test": ordinary_rows(1)}
    ),
    "one category": _each(category="Women"),
    "one department": _with(
        lambda row, n: replace(row, category=f"Women/{n % 3}/{n % 12}")
    ),
    "one brand": _each(brand="Velox"),
    "no brand known": _each(brand=None),
    "one payer": _each(shipping_payer="seller"),
    "no word on shipping": _each(
        shipping_payer=None, shipping_method=None, parcel_size=None
    ),
    "one payer and nothing else": _each(
        shipping_payer="seller", shipping_method=None, parcel_size=None
    ),
    "no prices": _each(price=None, currency=None),
    "one price": _each(price=25.0),
    "tiny prices": _with(_only_price(0.0005)),
    "huge prices": _with(_only_price(1e8)),
    "prices of zero": _with(lambda row, n: replace(row, price=float(n % 2))),
    "two currencies": _with(
        lambda row, n: replace(row, currency=("USD", "JPY")[n % 20 < 9])
    ),
    "a currency a row": _with(
        lambda row, n: replace(row, currency=f"A{chr(65 + n % 26)}{chr(65 + n // 26)}")
    ),
    "one seller": _each(seller_id="s"),
    "equal titles": _each(title="item"),
    "equal texts": _each(title="item", description=""),
    "no descriptions": _each(description=""),
    "no titles": _each(title=""),
    "no texts": _each(title="", description=""),
    "a category a row": _with(lambda row, n: replace(row, category=f"Home/{n}")),
    "a chain of levels": _with(
        lambda row, n: replace(row, category="/".join("abcdefghij"[: n % 10 + 1]))
    ),
    "few labelled rows": _with(
        lambda row, n: (
            row
            if n % 7 == 0
            else row.without("category", "brand", "price", *models.outputs("shipping"))
        )
    ),
    "one row of another class": _with(
        lambda row, n: replace(
            row,
            category="Rare" if n == 0 else "Women",
            brand="Rare" if n == 0 else NO_BRAND,
            price=99.0 if n == 0 else 25.0,
            shipping_payer="buyer" if n == 0 else "seller",
        )
    ),
    "other classes in the test": _in_test_alone(
        category="Toys/New", brand="Newcomer", shipping_method="boat", currency="EUR"
    ),
    "one class in the test": _in_test_alone(
        category="Home/m/mug", brand=NO_BRAND, shipping_payer="seller", price=25.0
    ),
}
"""Shops by what is odd about them."""


def photo(number: int) -> Photo:
    """Return a small photo of one colour with some noise."""
    random = np.random.default_rng(number)
    base = np.array([50 + 60 * (number % 4), 120, 90])
    pixels = np.clip(base + random.normal(0, 9, (40, 40, 3)), 0, 255)
    return Photo(pixels=pixels.astype(np.uint8))


def _with_photos(rows_with_one: Callable[[int], bool]) -> Callable[[], Shop]:
    def give(row: Listing, n: int) -> Listing:
        return replace(row, photos=(photo(n),)) if rows_with_one(n) else row

    return _with(give)


PHOTO_SHOPS: Mapping[str, Callable[[], Shop]] = {
    "photos everywhere": _with_photos(lambda n: True),
    "photos and no texts": lambda: split(
        [
            replace(row, title="", description="", photos=(photo(n),))
            for n, row in enumerate(ordinary_rows())
        ]
    ),
    "photos and few texts": lambda: split(
        [
            replace(row, title=row.title * (n < 2), description="", photos=(photo(n),))
            for n, row in enumerate(ordinary_rows())
        ]
    ),
    "one photo": _with_photos(lambda n: n == 0),
    "two photos": _with_photos(lambda n: n in (0, 10)),
    "photos in the test alone": _with_photos(lambda n: n * 3 % 10 == 9),
    "photos in validation alone": _with_photos(lambda n: n * 3 % 10 == 8),
    "one photo for all": lambda: split(
        [replace(row, photos=(photo(0),)) for row in ordinary_rows()]
    ),
}
"""Shops by what is odd about their photos."""


def quick(name: str) -> Any:
    """Return settings of a model that train within a second."""
    return _smaller(models.config(name))


def _smaller(settings: Any) -> Any:
    # One penalty of each kind: comparing several takes as long as the rest.
    penalties = {"ridge": (1.5,), "logistic": (0.15,), "svm": (0.3,)}
    sizes = {"epochs": 0.2, "n_estimators": 4, **penalties}
    changes: dict[str, Any] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        if is_dataclass(value):
            changes[each.name] = _smaller(value)
        elif each.name in sizes:
            changes[each.name] = sizes[each.name]
    return replace(settings, **changes)
