import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from common.listing import Candidate, Listing, PriceRange, Suggestion
from pipelines.evaluation.evidence import weigh
from pipelines.evaluation.measure import Measured
from pipelines.evaluation.wilson import wilson
from pipelines.training.gate import check_gate

BRANDS = ("Kestrel", "Plover", "Wren", "Dunlin")


class Model:
    """Answers every listing alike, or, with ``right``, the share of them correctly."""

    def __init__(self, name, right=0.0, confidence=0.9):
        self.name, self.right, self.confidence = name, right, confidence
        self.predictor = self

    def predict(self, listings, encodings=None):
        return [self._answer(listing) for listing in listings]

    def _answer(self, listing):
        number = int(listing.title)
        if self.name == "price":
            price = 10.0 + number if number % 10 < 10 * self.right else 500.0
            ends = ((0.1, price * 0.9), (0.9, price * 1.1))
            answer = PriceRange(price, price * 0.9, price * 1.1, "EUR", ends)
            return Suggestion("price", "v", price=answer)
        is_right = number % 10 < 10 * self.right
        brand = BRANDS[number % 4 if is_right else (number + 1) % 4]
        return Suggestion("brand", "v", {"brand": (Candidate(brand, self.confidence),)})


def measured(name, rows, **options) -> Measured:
    listings = [
        Listing(
            str(number),
            brand=BRANDS[number % 4],
            price=10.0 + number,
            currency="EUR",
        )
        for number in range(rows)
    ]
    model: Any = Model(name, **options)
    evaluation = models.run_evaluation(name, model, listings)
    return Measured(model, listings, evaluation.metrics, evaluation.outcomes)


def verdict(name, rows, **options):
    result = measured(name, rows, **options)
    return check_gate(result.metrics, models.gate(name), weigh(result, name))


def test_a_dozen_rows_do_not_block_a_model_that_may_be_good():
    judged = verdict("brand", 12, right=0.5, confidence=0.9)
    assert judged.passed
    assert "12 test rows cannot decide about calibration_error" in judged.undecided[-1]


@pytest.mark.parametrize("rows", [12, 60, 1000])
def test_a_model_that_is_always_wrong_and_sure_of_it_is_blocked_on_few_rows_too(rows):
    reasons = verdict("brand", rows, right=0.0, confidence=0.99).reasons
    assert any(reason.startswith("calibration_error") for reason in reasons)


def test_the_ends_of_shares_are_shares():
    intervals = weigh(measured("price", 9, right=1.0), "price")["intervals"]
    low, high = intervals["coverage"]
    assert (round(low, 3), high) == (0.667, 1.0)


def test_a_model_that_is_always_right_and_unsure_of_it_is_not_blocked_on_few_rows():
    judged = verdict("brand", 40, right=1.0, confidence=0.6)
    assert judged.passed
    assert "40 test rows it is right more often than it says" in judged.undecided[-1]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_hardly_any_rows_decide_nothing(rows):
    assert verdict("brand", rows, right=0.0, confidence=0.99).passed


@pytest.mark.parametrize(("name", "right"), [("brand", 0.9), ("price", 1.0)])
def test_a_good_model_has_a_lift_whose_interval_holds_it(name, right):
    result = measured(name, 80, right=right)
    low, high = weigh(result, name)["intervals"]["lift"]
    assert 0 <= low <= result.metrics["lift"] <= high


def test_one_price_for_all_test_rows_neither_crashes_nor_blocks():
    listings = [Listing("0", price=10.0, currency="EUR")] * 12
    model: Any = Model("price", right=1.0)
    evaluation = models.run_evaluation("price", model, listings)
    result = Measured(model, listings, evaluation.metrics, evaluation.outcomes)

    judged = check_gate(result.metrics, models.gate("price"), weigh(result, "price"))
    assert "12 test rows cannot decide about lift" in judged.undecided[0]


def test_a_price_model_that_is_far_off_is_blocked():
    reasons = verdict("price", 80, right=0.0).reasons
    assert any(reason.startswith("lift is") for reason in reasons)


def test_without_a_labelled_row_there_is_nothing_to_decide():
    listings = [Listing("1"), Listing("2")]
    nothing = Measured(SimpleNamespace(), listings, {"rows": 0.0})
    assert weigh(nothing, "brand") == {"rows": 0, "values": 0, "intervals": {}}
    assert check_gate({}, models.gate("brand"), weigh(nothing, "brand")).passed


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_an_interval_of_a_share_holds_it_and_stays_within_0_to_1(share, rows):
    low, high = wilson(share, rows)
    assert -1e-12 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1 + 1e-12
    assert not math.isnan(low + high)
