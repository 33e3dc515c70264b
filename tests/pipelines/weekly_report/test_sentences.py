"""Figures in sentences claim no more than their intervals do."""

import math

import pytest

from pipelines.evaluation.intervals import Estimate
from pipelines.weekly_report.sentences import describe_time, percent, points
from pipelines.weekly_report.time_saved import TimeSaved

NAN = math.nan


def a_time(value, low=NAN, high=NAN, sellers=40, weeks_needed=0):
    return TimeSaved(
        shown=Estimate(70.0, 60.0, 80.0, 900, 500),
        holdout=Estimate(70.0 + value, NAN, NAN, 90, sellers),
        saved=Estimate(value, low, high, 990, sellers),
        weeks_needed=weeks_needed,
        edges=(),
        shown_bins=(),
        holdout_bins=(),
    )


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (a_time(40, 30, 55), "Suggestions save 40 seconds an item (30 to 55): "),
        (a_time(-20, -28, -9), "Suggestions cost 20 seconds an item (9 to 28): "),
        (a_time(5, -3, 12), "Whether suggestions save time cannot be told: "),
        (a_time(5, sellers=1, weeks_needed=240), "cannot be told yet: 1 seller of the"),
        (a_time(5, sellers=1, weeks_needed=240), "about 240 weeks; a larger"),
        (a_time(NAN, sellers=0, weeks_needed=None), "LISTREC_HOLDOUT sets the holdout"),
    ],
)
def test_time_that_chance_may_explain_is_not_claimed(time, expected):
    assert expected in describe_time(time, weeks=8)


def test_a_share_without_an_interval_says_why():
    assert percent(Estimate(0.5, 0.41, 0.59, 90, 60)) == "50 % (41 to 59)"
    assert (
        percent(Estimate(0.5, NAN, NAN, 2, 2))
        == "50 % (too few sellers for an interval)"
    )
    assert percent(Estimate(NAN, NAN, NAN, 0, 0)) == "none"


def test_a_difference_has_a_sign_and_no_minus_zero():
    assert points(Estimate(0.021, -0.0001, 0.042, 90, 60)) == "+2.1 points (0.0 to 4.2)"
