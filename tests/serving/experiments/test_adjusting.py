"""What the parameters of a variant change of an answer, and what they leave as it is."""

import math
from itertools import pairwise
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.experiments.definition import (
    MAX_INTERVAL_LEVEL,
    MAX_TOP_K,
    PAGE,
    Parameters,
)
from common.listing import Candidate, Listing, PriceRange, Suggestion
from models.price.config import LEVELS
from serving.experiments.adjusting import adjust, adjust_all, at_level

RANKED = tuple(Candidate(f"Women/Shoes/{n}", 0.5 / n) for n in range(1, 6))
CATEGORY = Suggestion(
    "category",
    "v1",
    {"category": RANKED, "category_committed": (Candidate("Women", 0.9),)},
    used=("text",),
)
NORMAL = NormalDist(3.0, 0.5)


def price(levels=LEVELS):
    """A price whose logarithm is normal."""
    quantiles = tuple((each, math.expm1(NORMAL.inv_cdf(each))) for each in levels)
    by_level = dict(quantiles)
    return PriceRange(
        by_level[0.5], by_level[0.1], by_level[0.9], "USD", quantiles=quantiles
    )


PRICE = Suggestion("price", "v1", price=price(), used=("text",))


def test_top_k_cuts_the_candidates_of_each_field():
    cut = adjust(CATEGORY, Parameters(top_k=3))
    assert cut.candidates == {**CATEGORY.candidates, "category": RANKED[:3]}
    assert adjust(CATEGORY, Parameters(top_k=5)) == CATEGORY


def test_a_higher_threshold_makes_a_model_abstain_and_keeps_its_candidates():
    unsure = adjust(CATEGORY, Parameters(abstain_below=0.6))
    assert unsure.abstained == "no candidate reaches the confidence threshold"
    assert unsure.candidates == CATEGORY.candidates
    assert adjust(CATEGORY, Parameters(abstain_below=0.5)) == CATEGORY


def test_a_lower_threshold_shows_what_a_model_would_not():
    unsure = adjust(CATEGORY, Parameters(abstain_below=0.6))
    assert adjust(unsure, Parameters(abstain_below=0.4)) == CATEGORY


def test_a_model_that_could_read_nothing_abstains_at_any_threshold():
    nothing = Suggestion(
        "brand", "v1", {"brand": (Candidate("Nike", 0.1),)}, abstained="too little"
    )
    assert adjust(nothing, Parameters(abstain_below=0)) == nothing


@pytest.mark.parametrize("level", [0.1, 0.3, 0.6, 0.8, 0.85, 0.9])
def test_a_range_has_the_quantiles_of_its_level(level):
    found = at_level(price(), level)
    assert NORMAL.cdf(math.log1p(found.low)) == pytest.approx((1 - level) / 2)
    assert NORMAL.cdf(math.log1p(found.high)) == pytest.approx((1 + level) / 2)
    assert (found.median, found.quantiles) == (price().median, price().quantiles)


@given(
    st.lists(st.floats(0, 1e6), min_size=len(LEVELS), max_size=len(LEVELS)).map(sorted),
    st.lists(st.floats(0.001, MAX_INTERVAL_LEVEL), min_size=2, max_size=6).map(sorted),
)
def test_a_range_of_a_higher_level_is_never_narrower(prices, levels):
    quantiles = tuple(zip(LEVELS, prices, strict=True))
    stated = PriceRange(prices[3], prices[1], prices[5], "USD", quantiles)
    for inner, outer in pairwise(at_level(stated, level) for level in levels):
        assert outer.low <= inner.low * (1 + 1e-9)
        assert inner.high <= outer.high * (1 + 1e-9)
        assert inner.low <= inner.median <= inner.high


def test_the_range_that_a_model_states_is_that_of_its_level():
    found = at_level(price(), 0.8)
    assert (found.low, found.high) == pytest.approx((price().low, price().high))


def test_a_price_without_quantiles_stays_as_it_is():
    stated = PriceRange(20.0, 10.0, 30.0, "USD")
    assert at_level(stated, 0.5) == stated


def test_parameters_of_the_page_change_the_answers_of_all_models():
    of_page = Parameters(top_k=2, interval_level=0.5)
    answers = {"category": CATEGORY, "price": PRICE}
    adjusted = adjust_all(
        answers, {PAGE: of_page, "price": Parameters(None, None, 0.9)}
    )
    assert len(adjusted["category"].candidates["category"]) == 2
    assert adjusted["price"].price == at_level(price(), 0.9)


def test_answers_without_parameters_stay_as_they_are():
    answers = {"category": CATEGORY, "price": PRICE}
    assert adjust_all(answers, {}) == answers


def test_models_give_as_many_candidates_and_quantiles_as_parameters_may_ask_for(
    suggester,
):
    answers = suggester.suggest(Listing("Nike shoes")).by_model
    assert len(answers["brand"].candidates["brand"]) == MAX_TOP_K
    levels = [level for level, _ in answers["price"].price.quantiles]
    assert levels[-1] - levels[0] == pytest.approx(MAX_INTERVAL_LEVEL)
