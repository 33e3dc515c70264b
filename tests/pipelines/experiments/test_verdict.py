"""Verdicts are a pure rule: void before harm, harm before all else, a decision at the end only."""

from dataclasses import replace
from datetime import timedelta

import pytest

from common.experiments.analysis_record import (
    BreachRecord,
    MetricRecord,
    VariantRecord,
)
from common.experiments.definition import Variant
from pipelines.experiments.sample_ratio import SampleRatio
from pipelines.experiments.verdict import State, decide
from tests.pipelines.experiments.examples import EXPERIMENT, experiment_with

HARM = BreachRecord("seconds", max_harm=5, harm=9.5, min_harm=6.25)


def variant(effect=0.0, reach=0.02, verdict="unclear", name="new", **changes):
    low, high = effect - reach, effect + reach
    result = MetricRecord(
        "brand_acceptance", 0.6, 0.6 + effect, effect, low, high, None, verdict
    )
    return VariantRecord(name, information=0.5, metrics=(result,), **changes)


def state(*variants, **changes):
    values = {
        "experiment": EXPERIMENT,
        "day": 7,
        "days": 7,
        "is_over": True,
        "sellers": {"control": 900, "new": 700},
        "sample_ratio": SampleRatio(0.5),
        "variants": variants,
        "stopped": frozenset(),
    }
    return State(**values | changes)


@pytest.mark.parametrize(
    ("found", "verdict", "sentence"),
    [
        (
            variant(0.08, verdict="better"),
            "better",
            "'new' is better than 'control': brand acceptance is 68.0 % with 'new' and 60.0 %"
            " without: +8.0 points (6.0 to 10.0).",
        ),
        (variant(-0.08, verdict="worse"), "worse", "'new' is worse than 'control'"),
        (
            variant(0.01),
            "no difference",
            "'new' makes no difference of 5.0 points or more",
        ),
        (variant(0.04, 0.05), "unclear", "It is unclear whether 'new' is better"),
    ],
)
def test_the_deciding_metric_decides_at_the_end(found, verdict, sentence):
    told = decide(state(found))
    assert told[0] == verdict
    assert told[1].startswith(sentence)


def test_sales_are_decided_a_week_after_the_end():
    sold = experiment_with(metric="sold_in_7_days")
    _, sentence = decide(state(variant(), is_over=False, experiment=sold))
    known = sold.end + timedelta(days=8)
    assert sentence.startswith(f"Day 7 of 7: it is decided from {known} on, when")


def test_a_deciding_metric_that_nobody_has_is_told():
    result = MetricRecord(
        "brand_acceptance", None, None, None, None, None, None, "unclear"
    )
    _, sentence = decide(state(VariantRecord("new", None, (result,))))
    assert sentence.endswith(
        "nothing is known of brand acceptance with 'new' or without."
    )


def test_a_difference_that_is_too_small_to_be_worth_it_is_none():
    assert decide(state(variant(0.02, 0.01, "better")))[0] == "no difference"


def test_nothing_is_decided_before_the_end():
    verdict, sentence = decide(state(variant(0.2, 0.1, "better"), day=3, is_over=False))
    assert verdict == "running"
    assert sentence.startswith("Day 3 of 7: it is too early to decide. So far brand")


def test_what_is_void_comes_before_harm_and_harm_before_a_gain():
    harmful = variant(0.08, verdict="better", breaches=(HARM,))
    assert decide(state(harmful, sample_ratio=SampleRatio(1e-5)))[0] == "void"
    verdict, sentence = decide(state(harmful))
    assert verdict == "harm"
    assert sentence == (
        "'new' does harm: time to list is worse by 9.5 seconds, of which 6.2 seconds are certain"
        " and 5.0 seconds were accepted. Stop it."
    )


def test_the_best_of_several_variants_is_told_and_a_stopped_one_is_not():
    names = ("control", "new", "newer", "worst")
    three = experiment_with(variants=tuple(Variant(name, 0.25) for name in names))
    found = (
        variant(0.08, verdict="better"),
        variant(0.12, verdict="better", name="newer"),
        variant(0.3, verdict="better", name="worst", breaches=(HARM,), stopped="now"),
    )
    verdict, sentence = decide(
        state(*found, experiment=three, stopped=frozenset({"worst"}))
    )
    assert verdict == "better"
    assert sentence.startswith("'newer' is better than 'control'")


def test_an_experiment_whose_variants_were_stopped_stays_stopped_or_harmful():
    stopped = replace(variant(), stopped="2026-11-27T00:00:00+00:00")
    names = frozenset({"new"})
    assert decide(state(stopped, stopped=names))[0] == "stopped"
    harmful = replace(stopped, breaches=(HARM,))
    assert decide(state(harmful, stopped=names))[0] == "harm"


def test_shadows_alone_have_no_effect_to_decide_by():
    shadows = experiment_with(
        variants=(Variant("control", 0.5), Variant("new", 0.5, is_shadow=True))
    )
    assert decide(state(experiment=shadows))[0] == "unclear"
    running = decide(state(experiment=shadows, is_over=False, day=2))
    assert running[0] == "running"
