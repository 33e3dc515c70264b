"""Effects and their errors are those of an independent library, and history narrows them."""

import math

import numpy as np
import pandas as pd
import pytest
import tea_tasting as tt

from pipelines.experiments.effects import measure_effect
from pipelines.experiments.intervals import fixed_horizon_interval, p_value
from pipelines.experiments.seller_sums import SellerSums
from tests.pipelines.experiments.simulated import Shop

COLUMNS = ("numerators", "denominators", "earlier_numerators", "earlier_denominators")


def two_variants(sellers=4000, effect=0.03):
    rng = np.random.default_rng(7)
    return [Shop.of(rng, sellers, effect=each) for each in (0.0, effect)]


def frame(control, treatment):
    parts = [
        pd.DataFrame({name: getattr(sums, name) for name in COLUMNS}).assign(
            variant=variant
        )
        for variant, sums in enumerate((control, treatment))
    ]
    return pd.concat(parts)


@pytest.mark.parametrize("history", [False, True])
def test_effect_interval_and_p_value_are_those_of_tea_tasting(history):
    sums = [shop.until(14, history=history) for shop in two_variants()]
    columns = COLUMNS if history else COLUMNS[:2]
    metric = tt.RatioOfMeans(*columns, use_t=True)
    reference = tt.Experiment(metric=metric).analyze(frame(*sums))["metric"]

    effect = measure_effect(*sums)
    interval = fixed_horizon_interval(effect)
    assert effect.value == pytest.approx(reference.effect_size, rel=1e-3)
    assert interval.low == pytest.approx(reference.effect_size_ci_lower, rel=1e-2)
    assert interval.high == pytest.approx(reference.effect_size_ci_upper, rel=1e-2)
    assert p_value(effect) == pytest.approx(reference.pvalue, rel=0.05)


def test_history_makes_the_error_smaller_and_leaves_the_effect():
    shops = two_variants(effect=0.03)
    plain = measure_effect(*[shop.until(14, history=False) for shop in shops])
    adjusted = measure_effect(*[shop.until(14) for shop in shops])
    assert adjusted.error < 0.97 * plain.error
    assert adjusted.value == pytest.approx(0.03, abs=3 * adjusted.error)


def test_a_mean_over_sellers_has_the_error_of_a_mean():
    rng = np.random.default_rng(1)
    values = [rng.normal(mean, 2.0, 500) for mean in (10.0, 10.5)]
    sums = [SellerSums.without_history(each, np.ones(500)) for each in values]
    effect = measure_effect(*sums)
    expected = math.sqrt(sum(each.var(ddof=1) / 500 for each in values))
    assert effect.error == pytest.approx(expected)
    assert effect.value == pytest.approx(values[1].mean() - values[0].mean())


def test_few_sellers_and_variants_without_outcomes_have_no_error():
    few = SellerSums.without_history(np.ones(5), np.arange(1.0, 6.0))
    nothing = SellerSums.without_history(np.zeros(50), np.zeros(50))
    assert math.isnan(measure_effect(few, few).error)
    assert math.isnan(measure_effect(nothing, nothing).value)
    assert math.isnan(p_value(measure_effect(nothing, nothing)))
