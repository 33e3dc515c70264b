"""An analysis says what was planted: effects, harm, and sellers that are missing."""

import math

import numpy as np
import pytest

from common.errors import InputError
from pipelines.experiments.analysis import Design, analyze
from pipelines.experiments.guardrails import Guardrail
from tests.pipelines.experiments.simulated import Shop

DESIGN = Design(
    shares={"control": 0.5, "new": 0.5},
    control="control",
    metric="brand",
    minimum_effect=0.05,
    guardrails=(Guardrail("price", max_harm=0.0),),
)


def sums(brand=0.0, price=0.0, control=2000, new=2000):
    rng = np.random.default_rng(4)

    def of(effect):
        return {
            "control": Shop.of(rng, control).until(14),
            "new": Shop.of(rng, new, effect=effect).until(14),
        }

    return {"brand": of(brand), "price": of(price)}


def test_a_planted_effect_lies_in_both_intervals_and_the_one_at_the_end_is_narrower():
    planted = sums(brand=0.1)
    running, final = (
        analyze(DESIGN, planted, is_over).variants["new"].metrics["brand"].interval
        for is_over in (False, True)
    )
    assert 0 < running.low < final.low < 0.1 < final.high < running.high


def test_a_variant_that_harms_a_guardrail_breaks_it_while_the_experiment_runs():
    found = analyze(DESIGN, sums(brand=0.1, price=-0.15), is_over=False)
    (breach,) = found.variants["new"].breaches
    assert breach.guardrail.metric == "price"
    assert not analyze(DESIGN, sums(), is_over=False).variants["new"].breaches


def test_a_variant_that_lost_sellers_has_a_sample_ratio_mismatch():
    assert analyze(DESIGN, sums(new=1600), is_over=True).sample_ratio.is_mismatch
    assert not analyze(DESIGN, sums(), is_over=True).sample_ratio.is_mismatch


def test_metrics_that_do_not_decide_are_corrected_once_the_experiment_is_over():
    metrics = analyze(DESIGN, sums(), is_over=True).variants["new"].metrics
    assert math.isnan(metrics["brand"].q_value)
    assert 0 < metrics["price"].q_value <= 1
    running = analyze(DESIGN, sums(), is_over=False).variants["new"].metrics
    assert math.isnan(running["price"].q_value)


def test_each_of_two_variants_has_a_wider_interval_than_one_alone():
    planted = sums()
    for by_variant in planted.values():
        by_variant["other"] = by_variant["new"]
    three = Design({**DESIGN.shares, "other": 0.5}, "control", "brand", 0.05)
    one = analyze(DESIGN, sums(), is_over=True).variants["new"]
    both = analyze(three, planted, is_over=True).variants
    assert set(both) == {"new", "other"}
    assert both["new"].metrics["brand"].interval.low < one.metrics["brand"].interval.low


def test_sellers_of_a_variant_that_the_design_does_not_have_are_refused():
    planted = sums()
    planted["brand"]["old"] = planted["brand"]["new"]
    with pytest.raises(InputError, match="variant 'old' has sellers and no share"):
        analyze(DESIGN, planted, is_over=True)


@pytest.mark.parametrize("missing", ["control", "new"])
def test_a_variant_without_sellers_has_no_result_and_is_a_mismatch(missing):
    planted = sums()
    for by_variant in planted.values():
        del by_variant[missing]
    found = analyze(DESIGN, planted, is_over=False)
    assert found.variants == {}
    assert found.sellers[missing] == 0
    assert found.sample_ratio.is_mismatch
