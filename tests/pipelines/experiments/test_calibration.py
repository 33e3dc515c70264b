"""Experiments with known effects: how often they are found, and how often there is a false alarm.

Run with -s, these tests print the shares. The slow ones have 2,000 experiments.
"""

import numpy as np
import pytest

from common.experiments.definition import Guardrail
from pipelines.experiments.confidence_sequence import (
    confidence_sequence,
    information_of,
)
from pipelines.experiments.effects import measure_effect
from pipelines.experiments.guardrails import find_breaches
from pipelines.experiments.intervals import fixed_horizon_interval
from pipelines.experiments.plan import plan_experiment, tolerable_error
from tests.pipelines.experiments.simulated import DAYS, Shop

SELLERS = 700
"""Sellers of a variant, as many as the minimum effect needs."""

MINIMUM_EFFECT = 0.06


def looks_at(n_experiments, effect=0.0, seed=1):
    """The effects that are measured of each experiment on its 14 days."""
    experiments = []
    for rng in np.random.default_rng(seed).spawn(n_experiments):
        variants = _two_variants(rng, effect)
        experiments.append([_effect(variants, day) for day in range(1, DAYS + 1)])
    return experiments


def ever_significant(experiments, interval):
    """The share of experiments whose interval excludes 0 at one look or more."""
    return np.mean([
        any(interval(effect).excludes_zero for effect in looks) for looks in experiments
    ])  # fmt: skip


def sequence(expected_error):
    """The intervals of a confidence sequence."""
    return lambda effect: confidence_sequence(
        effect, information_of(effect, expected_error)
    )


def found_at_the_end(n_experiments, power, seed=2):
    """The share of planned experiments that find the minimum effect at their end."""
    rng = np.random.default_rng(seed)
    past = Shop.of(rng, 20_000).until(DAYS)
    plan = plan_experiment([past], MINIMUM_EFFECT, power=power)
    # The plan is of sellers who list; not all of them do within the time.
    sellers = round(plan.sellers / 2 * 20_000 / len(past))

    found = []
    for each in rng.spawn(n_experiments):
        effect = _effect(_two_variants(each, MINIMUM_EFFECT, sellers), DAYS)
        found.append(fixed_horizon_interval(effect).excludes_zero)
    return np.mean(found)


def stopped(n_experiments, harm, seed=3):
    """The share of experiments that one of two guardrails stops at one of 14 daily looks."""
    names = ("category_acceptance", "brand_acceptance")
    error = tolerable_error(MINIMUM_EFFECT)
    guardrails = [Guardrail(name, max_harm=0.0) for name in names]

    def is_stopped(rng):
        pairs = {name: _two_variants(rng, -harm) for name in names}
        looks = (
            {name: _effect(pair, day) for name, pair in pairs.items()}
            for day in range(1, DAYS + 1)
        )
        return any(
            find_breaches(guardrails, each, information_of(each[names[0]], error))
            for each in looks
        )

    generators = np.random.default_rng(seed).spawn(n_experiments)
    return np.mean([is_stopped(rng) for rng in generators])


def _two_variants(rng, effect, sellers=SELLERS):
    return [Shop.of(rng, sellers, effect=each) for each in (0.0, effect)]


def _effect(variants, day):
    return measure_effect(*[shop.until(day) for shop in variants])


def test_an_experiment_without_effect_is_seldom_significant_however_often_one_looks():
    experiments = looks_at(120)
    always_valid = sequence(tolerable_error(MINIMUM_EFFECT))
    assert ever_significant(experiments, always_valid) <= 0.05
    assert ever_significant(experiments, fixed_horizon_interval) >= 0.1


def test_most_planned_experiments_find_their_minimum_effect():
    assert 0.7 <= found_at_the_end(200, power=0.8) <= 0.9


def test_guardrails_stop_a_harmful_variant_and_leave_a_harmless_one():
    assert stopped(20, harm=0.15) >= 0.9
    assert stopped(20, harm=0.0) <= 0.1


@pytest.mark.slow
def test_in_2000_experiments_without_effect_at_most_5_in_100_are_ever_significant():
    experiments = looks_at(2000)
    peeked = ever_significant(experiments, fixed_horizon_interval)
    print(f"fixed horizon, peeked at: {peeked:.3f}")
    assert peeked >= 0.15

    # The plan may expect twice or half the error that there is at the end.
    for factor in (0.5, 1.0, 2.0):
        always_valid = sequence(factor * tolerable_error(MINIMUM_EFFECT))
        share = ever_significant(experiments, always_valid)
        print(f"sequence, {factor} times the error expected: {share:.3f}")
        assert share <= 0.05


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
