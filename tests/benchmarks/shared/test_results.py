import math

import pytest

from benchmarks.shared.results import (
    OURS,
    Estimate,
    Result,
    Results,
    Run,
    repeated_result,
    result,
    unit_of,
)
from common.errors import InputError

RUN = Run(
    "quality", "train.tsv", "2026-11-26", "abc1234", "3.11.7", "python -m benchmarks.x"
)


def _results() -> Results:
    return Results(
        [
            repeated_result(
                RUN, "LightGBM", "price r2", {0: 0.1, 1: 0.3}, variant="train"
            ),
            repeated_result(RUN, OURS, "price r2", {1: 0.6, 0: 0.5}, variant="train"),
            repeated_result(
                RUN, OURS, "brand recall", {0: math.nan, 1: 0.5}, variant="train"
            ),
            result(
                RUN, OURS, "price r2", 0.7, variant="train", slice="Women", n_rows=12
            ),
            result(
                RUN,
                OURS,
                "microseconds alone",
                5.0,
                quartiles=(4.0, 6.0),
                variant="cost",
            ),
        ]
    )


def test_an_estimate_is_the_mean_with_its_standard_error():
    assert Estimate.from_values([0.5, 0.6]).format() == "0.550 ± 0.050"
    assert Estimate.from_values([0.5]).format(1) == "0.5"
    assert Estimate.from_values([0.5, math.nan]).format() == "not reached"


def test_two_results_of_one_key_are_refused():
    item = result(RUN, OURS, "price r2", 0.5)
    with pytest.raises(InputError, match="two results"):
        Results([item, item])


def test_values_come_by_fold_with_ours_first():
    results = _results()
    assert results.values("price r2") == [0.5, 0.6]
    assert results.contestants("price r2") == [OURS, "LightGBM"]
    assert results.metrics() == ["price r2", "brand recall"]
    assert math.isnan(results.by_repetition("brand recall")[0])
    assert results.values("price r2", variant="extra") == []


def test_slices_hold_all_rows_and_each_part():
    assert [item.slice for item in _results().slices("price r2")] == ["", "Women"]
    women = _results().get("price r2", slice="Women")
    assert isinstance(women, Result)
    assert women.n_rows == 12


def test_times_and_sizes_have_units():
    assert unit_of("price seconds to train") == "seconds"
    assert unit_of("all artifacts, MB") == "megabytes"
    assert unit_of("price r2") == ""
