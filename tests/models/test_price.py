from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import models
from common.errors import CannotTrain
from common.listing import FEE_INCLUDED, ITEM, Listing, top_category
from common.snapshot import Snapshot
from common.store.artifacts import read
from common.validation.folding import fold_label


@pytest.fixture(scope="module")
def predictor(suggester):
    return suggester.predictors["price"]


@dataclass(frozen=True)
class Changed:
    """A snapshot whose rows are changed as they are read."""

    shop: Snapshot
    change: Callable[[Listing], Listing]
    id: str = "changed"
    price_basis: str = ITEM

    def read(self, split):
        return [self.change(row) for row in self.shop.read(split)]


def _stricter(predictor, **constants):
    return replace(predictor, calibration=replace(predictor.calibration, **constants))


def _train(champion, suggester, predictor, snapshot, out, **changed):
    config: Any = models.config("price", read(champion.models["price"]).config)
    shared = [suggester.encoders[ref] for ref in predictor.encoder_ids]
    return models.train("price", snapshot, shared, out, replace(config, **changed))


def test_the_range_is_ordered_and_in_the_currency_of_the_shop(predictor, shop):
    for suggestion in predictor.predict(shop.read("test")):
        price = suggestion.price
        assert 0 <= price.low <= price.median <= price.high
        assert dict(price.quantiles)[0.5] == price.median
        assert [level for level, _ in price.quantiles] == [
            0.05,
            0.1,
            0.25,
            0.5,
            0.75,
            0.9,
            0.95,
        ]
        assert price.currency == "USD"


@pytest.mark.parametrize(
    "listing", [Listing(), Listing("", "\U0001f9ff"), Listing(brand="zzyzx")]
)
def test_a_listing_that_says_nothing_known_is_not_priced(predictor, listing):
    [suggestion] = predictor.predict([listing])
    assert suggestion.abstained == "the listing says too little yet"
    assert suggestion.price is not None


def test_a_confirmed_field_alone_is_something(predictor, shop):
    brand = next(row.brand for row in shop.read("train") if row.brand)
    [suggestion] = predictor.predict([Listing(brand=brand)])
    assert suggestion.abstained != "the listing says too little yet"


def test_another_currency_is_not_priced(predictor, shop):
    row = shop.read("test")[0]
    ours, theirs = predictor.predict(
        [replace(row, currency="USD"), replace(row, currency="JPY")]
    )
    assert theirs.abstained == "prices are known in USD only, not in JPY"
    assert ours.abstained != theirs.abstained


def test_a_range_too_wide_to_be_of_use_is_a_reason(predictor, shop):
    [suggestion] = _stricter(predictor, max_interval_ratio=1.0).predict(
        shop.read("test")[:1]
    )
    assert (
        suggestion.abstained == "listings like this sell at too many prices to name one"
    )
    assert suggestion.price.high > suggestion.price.low


def test_it_knows_what_is_dear(predictor, shop):
    rows = shop.read("test")
    medians = [suggestion.price.median for suggestion in predictor.predict(rows)]
    paid = [row.price or np.nan for row in rows]
    has_price = np.isfinite(paid)
    assert (
        np.corrcoef(np.log1p(medians)[has_price], np.log1p(paid)[has_price])[0, 1] > 0.3
    )


def test_the_interval_holds_four_of_five_prices(predictor, shop):
    assert models.evaluate("price", predictor, shop.read("test"))["coverage"] > 0.7


def test_it_learns_the_currency_most_rows_have(
    champion, suggester, predictor, shop, tmp_path
):
    def abroad(row):
        return replace(
            row, currency="EUR", price=None if row.price is None else row.price + 100
        )

    folder = _train(champion, suggester, predictor, Changed(shop, abroad), tmp_path)
    shared = [suggester.encoders[ref] for ref in predictor.encoder_ids]
    for suggestion in models.load("price", folder, shared).predict(
        shop.read("test")[:5]
    ):
        assert suggestion.price.currency == "EUR"
        assert suggestion.price.median > 80


def test_a_confirmed_category_alone_may_widen_the_interval(predictor, shop):
    row = next(row for row in shop.read("test") if row.category)
    factors = predictor.calibration.factors
    usual = _stricter(predictor, factors=replace(factors, by_category={}))
    wide = {fold_label(top_category(row)): 3.0}
    wider = _stricter(predictor, factors=replace(factors, by_category=wide))
    for visible, quotient in ((row.only("category"), 3.0), (row.only(), 1.0)):
        before, after = (model.predict([visible])[0].price for model in (usual, wider))
        assert before.median == after.median
        for end in ("low", "high"):
            far = [
                abs(np.log1p(getattr(x, end)) - np.log1p(x.median))
                for x in (before, after)
            ]
            assert far[1] == pytest.approx(quotient * far[0], rel=1e-4)


def test_training_finds_widths_of_the_categories_that_have_rows(predictor, shop):
    categories = {fold_label(top_category(row)) for row in shop.read("train")}
    widths = predictor.calibration.factors.by_category
    assert widths
    assert widths.keys() <= categories
    assert all(0.3 < width < 3 for width in widths.values())


def test_prices_in_another_currency_are_not_held_against_it(predictor, shop):
    rows = shop.read("test")
    foreign = [
        replace(row, currency="JPY", price=150 * (row.price or 1)) for row in rows
    ]
    alone, mixed = (
        models.evaluate("price", predictor, listings)
        for listings in (rows, rows + foreign)
    )
    assert mixed == pytest.approx(alone, rel=1e-6)  # batches are cut elsewhere
    assert models.evaluate("price", predictor, foreign) == {"rows": 0.0}


def test_prices_of_few_rows_are_too_few(champion, suggester, predictor, shop, tmp_path):
    few = {row.listing_id for row in shop.read("train")[:7]}

    def forget(row):
        return row if row.listing_id in few else replace(row, price=None)

    with pytest.raises(
        CannotTrain, match="of at least 10 sellers or titles: 7 of the .* have one"
    ):
        _train(champion, suggester, predictor, Changed(shop, forget), tmp_path)


def test_one_price_is_nothing_to_learn(champion, suggester, predictor, shop, tmp_path):
    def fix(row):
        return replace(row, price=25.0)

    with pytest.raises(
        CannotTrain, match=r"training rows with a price costs 25\.00 USD"
    ):
        _train(champion, suggester, predictor, Changed(shop, fix), tmp_path)


def test_the_model_states_the_basis_of_its_training_prices(champion, predictor, shop):
    assert read(champion.models["price"]).summary["price_basis"] == shop.price_basis

    included = _stricter(predictor, basis=FEE_INCLUDED)
    answers = [
        each.predict([Listing(title="a cup")])[0] for each in (predictor, included)
    ]
    assert [answer.price.basis for answer in answers] == [ITEM, FEE_INCLUDED]
