"""Intervals respect that the rows of a seller are alike."""

import numpy as np
import pytest

from pipelines.evaluation.intervals import (
    MIN_SELLERS,
    difference,
    median,
    median_difference,
    share,
)
from pipelines.evaluation.wilson import wilson

RNG = np.random.default_rng(5)
SELLERS = np.arange(200)


def width(estimate):
    return estimate.high - estimate.low


def test_independent_rows_have_about_the_interval_of_wilson():
    hits = RNG.random(2_000) < 0.7
    found = share(hits, np.arange(2_000))
    assert (found.low, found.high) == pytest.approx(
        wilson(hits.mean(), 2_000), abs=1e-4
    )


def test_rows_that_are_copies_do_not_narrow_an_interval():
    hits = RNG.random(200) < 0.7
    once, copied = (
        share(hits, SELLERS),
        share(np.repeat(hits, 9), np.repeat(SELLERS, 9)),
    )
    assert copied.rows == 1_800
    assert width(copied) == pytest.approx(width(once), rel=0.01)


def test_a_share_of_all_has_an_interval_within_0_and_1():
    found = share(np.ones(400), np.repeat(SELLERS, 2))
    assert found.low < 1 == found.value
    assert found.high == pytest.approx(1)


def test_too_few_sellers_have_a_value_and_no_interval():
    few = np.arange(MIN_SELLERS - 1)
    assert share(few % 2, few).value == pytest.approx(14 / 29)
    estimates = [share(few % 2, few), median(few, few), difference(few, few, few, few)]
    assert not any(estimate.has_interval for estimate in estimates)


def test_what_both_sides_have_in_common_cancels_out():
    habit = RNG.random(200) < 0.7
    same = difference(habit, SELLERS, habit, SELLERS)
    apart = difference(habit, SELLERS, habit, SELLERS + 1_000)
    assert width(same) == pytest.approx(0)
    assert width(apart) > 0.1


def test_a_median_is_not_moved_by_a_page_that_was_left_open():
    seconds = RNG.lognormal(4, 0.5, 200)
    late = np.where(SELLERS == 0, 1e6, seconds)
    assert median(late, SELLERS).high == pytest.approx(
        median(seconds, SELLERS).high, rel=0.1
    )


def test_a_difference_of_medians_has_the_direction_of_the_first():
    seconds = RNG.lognormal(4, 0.3, 200)
    found = median_difference(seconds + 40, SELLERS, seconds, SELLERS)
    assert found.value == pytest.approx(40)
    assert found.low < 40 < found.high


def test_without_rows_there_is_no_value():
    assert np.isnan([share([], []).value, median([], []).value]).all()
