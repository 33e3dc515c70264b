"""Outcomes count for a variant from the seller's first exposure on, and as history before it."""

import numpy as np
import pandas as pd

from pipelines.experiments.seller_sums import sum_by_seller

ROWS = pd.DataFrame(
    [("a", 1, 1.0), ("a", 5, 1.0), ("a", 6, 0.0), ("b", 4, 1.0), ("x", 4, 1.0)],
    columns=["unit", "time", "value"],
)
EXPOSED = pd.DataFrame(
    {"variant": ["new", "control", "new"], "time": [5, 3, 2]}, index=["a", "b", "c"]
)


def test_outcomes_from_the_first_exposure_on_count_and_earlier_ones_are_history():
    sums = sum_by_seller(ROWS, EXPOSED)["new"]
    assert np.array_equal(sums.numerators, [1, 0])
    assert np.array_equal(sums.denominators, [2, 0])
    assert np.array_equal(sums.earlier_numerators, [1, 0])
    assert np.array_equal(sums.earlier_denominators, [1, 0])


def test_sellers_count_in_their_variant_only_and_others_not_at_all():
    sums = sum_by_seller(ROWS, EXPOSED)
    assert list(sums) == ["control", "new"]
    assert np.array_equal(sums["control"].denominators, [1])


def test_sellers_without_any_value_count_in_a_metric_that_is_per_seller():
    sums = sum_by_seller(ROWS, EXPOSED, is_per_seller=True)["new"]
    assert np.array_equal(sums.numerators, [1, 0])
    assert np.array_equal(sums.denominators, [1, 1])
    assert np.array_equal(sums.earlier_denominators, [1, 1])
