"""An analysis says what was planted: effects, harm, and sellers that are missing."""

import math

import numpy as np
import pytest

from common.errors import InputError
from common.experiments.definition import Guardrail, Variant
from pipelines.experiments.analysis import analyze
from tests.pipelines.experiments.examples import experiment_with
from tests.pipelines.experiments.simulated import Shop

BRAND, PRICE = "brand_acceptance", "price_acceptance"
EXPERIMENT = experiment_with(guardrails=(Guardrail(PRICE, max_harm=0.0),))


def sums(brand=0.0, price=0.0, control=2000, new=2000):
    rng = np.random.default_rng(4)

    def of(effect):
        return {
            "control": Shop.of(rng, control).until(14),
            "new": Shop.of(rng, new, effect=effect).until(14),
        }

    return {BRAND: of(brand), PRICE: of(price)}


def test_a_planted_effect_lies_in_both_intervals_and_the_one_at_the_end_is_narrower():
    planted = sums(brand=0.1)
    running, final = (
        analyze(EXPERIMENT, planted, is_over).variants["new"].metrics[BRAND].interval
        for is_over in (False, True)
    )
    assert 0 < running.low < final.low < 0.1 < final.high < running.high


def test_a_variant_that_harms_a_guardrail_breaks_it_while_the_experiment_runs():
    found = analyze(EXPERIMENT, sums(brand=0.1, price=-0.15), is_over=False)
    (breach,) = found.variants["new"].breaches
    assert breach.guardrail.metric == PRICE
    assert not analyze(EXPERIMENT, sums(), is_over=False).variants["new"].breaches


def test_a_variant_that_lost_sellers_has_a_sample_ratio_mismatch():
    assert analyze(EXPERIMENT, sums(new=1600), is_over=True).sample_ratio.is_mismatch
    assert not analyze(EXPERIMENT, sums(), is_over=True).sample_ratio.is_mismatch


def test_metrics_that_do_not_decide_are_corrected_once_the_experiment_is_over():
    metrics = analyze(EXPERIMENT, sums(), is_over=True).variants["new"].metrics
    assert math.isnan(metrics[BRAND].q_value)
    assert 0 < metrics[PRICE].q_value <= 1
    running = analyze(EXPERIMENT, sums(), is_over=False).variants["new"].metrics
    assert math.isnan(running[PRICE].q_value)


def test_each_of_two_variants_has_a_wider_interval_than_one_alone():
    planted = sums()
    for by_variant in planted.values():
        by_variant["other"] = by_variant["new"]
    variants = [Variant(name, 1 / 3) for name in ("control", "new", "other")]
    three = experiment_with(variants=tuple(variants))
    one = analyze(EXPERIMENT, sums(), is_over=True).variants["new"]
    both = analyze(three, planted, is_over=True).variants
    assert set(both) == {"new", "other"}
    assert both["new"].metrics[BRAND].interval.low < one.metrics[BRAND].interval.low


def test_sellers_of_a_variant_that_the_design_does_not_have_are_refused():
    planted = sums()
    planted[BRAND]["old"] = planted[BRAND]["new"]
    with pytest.raises(InputError, match="variant 'old' has sellers and no share"):
        analyze(EXPERIMENT, planted, is_over=True)


@pytest.mark.parametrize("missing", ["control", "new"])
def test_a_variant_without_sellers_has_no_result_and_is_a_mismatch(missing):
    planted = sums()
    for by_variant in planted.values():
        del by_variant[missing]
    found = analyze(EXPERIMENT, planted, is_over=False)
    assert found.variants == {}
    assert found.sellers[missing] == 0
    assert found.sample_ratio.is_mismatch
