import math

import pytest

from benchmarks.shared.results import OURS, Estimate, Result, Results, result, unit_of
from common.errors import InputError
from tests.benchmarks.shared.sample_results import RUN, sample_results


def test_an_estimate_is_the_mean_with_its_standard_error():
    assert Estimate.from_values([0.5, 0.6]).format() == "0.550 ± 0.050"
    assert Estimate.from_values([0.5]).format(1) == "0.5"
    assert Estimate.from_values([0.5, math.nan]).format() == "not reached"


def test_two_results_of_one_key_are_refused():
    item = result(RUN, OURS, "price r2", 0.5)
    with pytest.raises(InputError, match="two results"):
        Results([item, item])


def test_values_come_by_fold_with_ours_first():
    results = sample_results()
    assert results.values("price r2") == [0.5, 0.6]
    assert results.contestants("price r2") == [OURS, "LightGBM"]
    assert results.metrics() == ["price r2", "brand recall"]
    assert math.isnan(results.by_repetition("brand recall")[0])
    assert results.values("price r2", variant="extra") == []


def test_slices_hold_all_rows_and_each_part():
    assert [item.slice for item in sample_results().slices("price r2")] == ["", "Women"]
    women = sample_results().get("price r2", slice="Women")
    assert isinstance(women, Result)
    assert women.n_rows == 12


def test_times_and_sizes_have_units():
    assert unit_of("price seconds to train") == "seconds"
    assert unit_of("all artifacts, MB") == "megabytes"
    assert unit_of("price r2") == ""
