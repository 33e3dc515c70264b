"""Intervals that hold at every look are wider, and the narrowest at the expected end."""

import math

import pytest

from pipelines.experiments.confidence_sequence import (
    confidence_sequence,
    critical_value,
    information_of,
)
from pipelines.experiments.effects import Effect
from pipelines.experiments.intervals import Interval, fixed_horizon_interval


def test_the_interval_is_that_of_the_theorem():
    alpha, t, sd, rho = 0.05, 400, 2.0, 0.1
    factor = 2 * (t * rho**2 + 1) / (t**2 * rho**2)
    reach = sd * math.sqrt(factor * math.log(math.sqrt(t * rho**2 + 1) / alpha))

    # The expected end is where the tuning of the paper gives this rho.
    log = -2 * math.log(alpha)
    expected = (log + math.log(log + 1)) / rho**2
    effect = Effect(control=1.0, treatment=1.5, error=sd / math.sqrt(t), sellers=t)
    found = confidence_sequence(effect, t / expected, alpha)
    assert found.low == pytest.approx(0.5 - reach)
    assert found.high == pytest.approx(0.5 + reach)


def test_the_interval_at_the_expected_end_is_the_narrowest_that_any_tuning_gives():
    at_the_end = critical_value(1.0)
    assert at_the_end == pytest.approx(3.04, abs=0.01)
    others = [critical_value(share) for share in (0.5, 0.8, 1.25, 2.0)]
    assert min(others) > at_the_end * 0.999


def test_each_look_needs_more_than_a_single_one_at_the_end_would():
    effect = Effect(0.5, 0.55, error=0.02, sellers=1000)
    assert fixed_horizon_interval(effect).excludes_zero
    assert not confidence_sequence(effect, information=1.0).excludes_zero


def test_a_quarter_of_the_information_is_known_where_the_error_is_twice_the_expected_one():
    effect = Effect(0.5, 0.55, error=0.02, sellers=1000)
    assert information_of(effect, expected_error=0.01) == pytest.approx(0.25)


def test_an_interval_of_too_few_sellers_says_nothing():
    effect = Effect(0.1, 0.9, error=math.nan, sellers=3)
    found = confidence_sequence(effect, information_of(effect, 0.02))
    assert isinstance(found, Interval)
    assert math.isnan(found.low)
    assert not found.excludes_zero
