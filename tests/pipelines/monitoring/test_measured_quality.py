"""Figures of groups are those of their rows, and holdouts show how good suggestions are."""

from functools import lru_cache

import pytest

from pipelines.monitoring.measured_quality import NO_SLICE, add_slice, measure_quality
from tests.pipelines.monitoring.examples import simulate
from tests.pipelines.outcomes.examples import outcome, shown, tables_of

LEVEL = 0.8


@lru_cache
def sellers():
    """Sellers of whom half list alone, and of whom none explores."""
    return simulate(1, 5, items=400, sellers=800, holdout=0.5, exploration=0).fields


def estimates(fields, by=()):
    """The estimates by group, metric and field."""
    return {
        (*each.group, each.metric, each.field): each.estimate
        for each in measure_quality(fields, by, LEVEL)
    }


def one_listing(**changes):
    price = outcome(field="price", value=25.0, action="changed")
    return tables_of(shown(), outcome(**changes), price).fields


def test_the_figures_of_one_listing_are_those_of_its_fields():
    found = estimates(one_listing(value="Puma"))
    values = {key: each.value for key, each in found.items()}
    assert values["acceptance", "brand"] == 1
    assert values["top_1_accuracy", "brand"] == 0
    assert values["top_k_accuracy", "brand"] == 1
    assert values["expected_accuracy", "brand"] == values["calibration_error", "brand"]
    assert values["coverage", "price"] == 1
    assert values["rmsle", "price"] == pytest.approx(0.2136, abs=1e-4)


def test_a_field_that_was_left_alone_counts_for_the_acceptance_only():
    found = estimates(one_listing(value=None, action="ignored"))
    assert found["acceptance", "brand"].value == 0
    assert found["expected_accuracy", "brand"].value == 0.7
    assert ("top_1_accuracy", "brand") not in found


def test_outcomes_whose_suggestions_were_lost_have_no_figures():
    assert measure_quality(tables_of(outcome()).fields, ["version"], LEVEL) == ()


def test_each_version_has_figures_of_its_own():
    one = shown(versions={"brand": "old"}), outcome()
    other = shown("r2", versions={"brand": "new"}), outcome("r2", value="Zara")
    found = estimates(tables_of(*one, *other).fields, ["version"])
    assert found["old", "top_1_accuracy", "brand"].value == 1
    assert found["new", "top_1_accuracy", "brand"].value == 0


def test_the_expected_accuracy_is_what_the_holdout_shows_and_less_than_what_others_choose():
    found = estimates(sellers(), ["policy"])
    for name in ("category", "brand"):
        alone = found["holdout", "top_1_accuracy", name]
        assert (
            alone.low < found["holdout", "expected_accuracy", name].value < alone.high
        )
        seen = found["greedy", "top_1_accuracy", name]
        assert seen.low > found["greedy", "expected_accuracy", name].value


def test_prices_of_the_holdout_are_as_the_intervals_say():
    found = estimates(sellers(), ["policy"])
    coverage = found["holdout", "coverage", "price"]
    assert coverage.low < LEVEL < coverage.high
    assert ("holdout", "acceptance", "price") not in found
    for metric in ("rmsle", "pinball_loss"):
        estimate = found["holdout", metric, "price"]
        assert estimate.low < estimate.value < estimate.high


def test_slices_are_suggested_top_categories_and_hold_every_row_once():
    fields = add_slice(sellers())
    names = {"Women", "Men", "Kids", "Home"}
    assert set(fields["slice"]) == names
    found = estimates(fields, ["slice"])
    rows = [found[name, "top_1_accuracy", "brand"].rows for name in names]
    assert sum(rows) == estimates(fields)["top_1_accuracy", "brand"].rows


def test_a_request_without_a_suggested_category_has_a_slice_too():
    assert set(add_slice(one_listing())["slice"]) == {NO_SLICE}
