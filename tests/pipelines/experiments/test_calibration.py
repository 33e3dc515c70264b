"""Experiments with known effects: how often they are found, and how often there is a false alarm.

Run with -s, these tests print the shares. The slow ones have 2,000 experiments.
"""

import numpy as np
import pytest

from pipelines.experiments.confidence_sequence import (
    confidence_sequence,
    information_of,
)
from pipelines.experiments.effects import measure_effect
from pipelines.experiments.guardrails import Guardrail, find_breaches
from pipelines.experiments.intervals import fixed_horizon_interval
from pipelines.experiments.plan import plan_experiment, tolerable_error
from tests.pipelines.experiments.simulated import DAYS, Shop

SELLERS = 700
"""Sellers of a variant, as many as the minimum effect needs."""

MINIMUM_EFFECT = 0.06


def ever_significant(n_experiments, expected_error, effect=0.0, seed=1):
    """The share of experiments whose interval excludes 0 at one of 14 daily looks."""
    always_valid, peeked = [], []
    for rng in _spawn(seed, n_experiments):
        variants = _two_variants(rng, effect)
        looks = [_effect(variants, day) for day in range(1, DAYS + 1)]
        sequence = [
            confidence_sequence(each, information_of(each, expected_error))
            for each in looks
        ]
        always_valid.append(any(each.excludes_zero for each in sequence))
        fixed = [fixed_horizon_interval(each) for each in looks]
        peeked.append(any(each.excludes_zero for each in fixed))
    return np.mean(always_valid), np.mean(peeked)


def found_at_the_end(n_experiments, power, effect=MINIMUM_EFFECT, seed=2):
    """The share of planned experiments that find the minimum effect at their end."""
    rng = np.random.default_rng(seed)
    past = Shop.of(rng, 20_000)
    pasts = [past.until(7), past.until(14)]
    # As many sellers as two weeks need; the first week has too few of them.
    sellers = plan_experiment(pasts[1:], effect, power=power).sellers
    scale = sellers / len(pasts[1])

    found = []
    for each in rng.spawn(n_experiments):
        control = Shop.of(each, round(10_000 * scale)).until(14)
        treatment = Shop.of(each, round(10_000 * scale), effect=effect).until(14)
        interval = fixed_horizon_interval(measure_effect(control, treatment))
        found.append(interval.excludes_zero)
    return np.mean(found)


def stopped(n_experiments, harm, seed=3):
    """The share of experiments that one of two guardrails stops at one of 14 daily looks."""
    names = ("first", "second")
    error = tolerable_error(MINIMUM_EFFECT)
    guardrails = [Guardrail(name, max_harm=0.0) for name in names]

    def is_stopped(rng):
        pairs = {name: _two_variants(rng, -harm) for name in names}
        looks = (
            {name: _effect(pair, day) for name, pair in pairs.items()}
            for day in range(1, DAYS + 1)
        )
        return any(
            find_breaches(guardrails, each, information_of(each["first"], error))
            for each in looks
        )

    return np.mean([is_stopped(rng) for rng in _spawn(seed, n_experiments)])


def _spawn(seed, number):
    return np.random.default_rng(seed).spawn(number)


def _two_variants(rng, effect):
    return [Shop.of(rng, SELLERS, effect=each) for each in (0.0, effect)]


def _effect(variants, day):
    return measure_effect(*[shop.until(day) for shop in variants])


def test_an_experiment_without_effect_is_seldom_significant_however_often_one_looks():
    always_valid, peeked = ever_significant(120, tolerable_error(MINIMUM_EFFECT))
    assert always_valid <= 0.05
    assert peeked >= 0.1


def test_most_planned_experiments_find_their_minimum_effect():
    assert 0.7 <= found_at_the_end(200, power=0.8) <= 0.9


def test_guardrails_stop_a_harmful_variant_and_leave_a_harmless_one():
    assert stopped(20, harm=0.15) >= 0.9
    assert stopped(20, harm=0.0) <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("expectation", [0.5, 1.0, 2.0])
def test_in_2000_experiments_without_effect_at_most_5_in_100_are_ever_significant(
    expectation,
):
    error = expectation * tolerable_error(MINIMUM_EFFECT)
    always_valid, peeked = ever_significant(2000, error)
    print(f"expectation {expectation}: {always_valid:.3f}, peeked {peeked:.3f}")
    assert always_valid <= 0.05
    assert peeked >= 0.15


@pytest.mark.slow
@pytest.mark.parametrize("power", [0.8, 0.9])
def test_2000_planned_experiments_find_their_minimum_effect_with_the_promised_power(
    power,
):
    found = found_at_the_end(2000, power)
    print(f"power {power}: {found:.3f}")
    assert found == pytest.approx(power, abs=0.03)


@pytest.mark.slow
def test_2000_harmless_variants_are_stopped_in_5_of_100_experiments_at_most():
    share = stopped(2000, harm=0.0)
    print(f"stopped {share:.3f}")
    assert share <= 0.05
