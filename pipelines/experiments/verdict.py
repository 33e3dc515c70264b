"""What to make of an experiment, as a pure rule, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from common.experiments.analysis_record import MetricRecord, VariantRecord, Verdict
from common.experiments.definition import Experiment
from common.experiments.metrics import METRICS
from pipelines.experiments.sample_ratio import SampleRatio
from pipelines.experiments.wording import (
    name_of,
    show_amount,
    show_effect,
    show_value,
)

BEST_FIRST: tuple[Verdict, ...] = ("better", "unclear", "no difference", "worse")
"""Verdicts of a variant at the end; the best variant is the one that is told of."""


@dataclass(frozen=True, slots=True)
class State:
    """What a verdict is made of.

    Attributes:
        experiment: the experiment.
        day: number of whole days that were analyzed.
        days: number of days of the plan.
        is_over: whether the plan is over.
        sellers: number of sellers by variant.
        sample_ratio: whether these numbers fit the shares.
        variants: the treatments that have sellers.
        stopped: names of the variants that were stopped.
    """

    experiment: Experiment
    day: int
    days: int
    is_over: bool
    sellers: Mapping[str, int]
    sample_ratio: SampleRatio
    variants: Sequence[VariantRecord]
    stopped: frozenset[str]

    @property
    def has_stopped(self) -> bool:
        """Whether no treatment is left."""
        names = {each.name for each in self.experiment.treatments}
        return bool(names) and names <= self.stopped


def decide(state: State) -> tuple[Verdict, str]:
    """Return the verdict of an experiment, and the sentence for people.

    What makes the figures void comes first, then harm, and what the deciding metric says last: it
    decides at the end only.
    """
    if state.sample_ratio.is_mismatch:
        return "void", _say_void(state)
    harmful = [each for each in state.variants if each.breaches]
    running = [each for each in harmful if each.name not in state.stopped]
    if running or (harmful and state.has_stopped):
        return "harm", " ".join(map(_say_harm, running or harmful))
    if state.has_stopped:
        days = f"after {state.day} of {state.days} days"
        return "stopped", f"It was stopped {days}, so nothing is decided."
    if not state.is_over:
        return "running", _say_running(state)
    return _decide_at_the_end(state)


def _decide_at_the_end(state: State) -> tuple[Verdict, str]:
    left = [each for each in state.variants if each.name not in state.stopped]
    if not left:
        return "unclear", "Nobody saw a variant, so there is nothing to compare."

    def order(variant: VariantRecord) -> tuple[int, float]:
        """Return the place of a variant among those that are left, the best first."""
        deciding = variant.metrics[0]
        verdict = decide_variant(state.experiment, deciding)
        return BEST_FIRST.index(verdict), -_gain(deciding)

    best = min(left, key=order)
    verdict = decide_variant(state.experiment, best.metrics[0])
    return verdict, _say_end(state.experiment, best, verdict)


def decide_variant(experiment: Experiment, result: MetricRecord) -> Verdict:
    """Return the verdict of one variant at the end, from its deciding metric."""
    if result.low is None or result.high is None:
        return "unclear"
    reach = experiment.minimum_effect
    if -reach < result.low and result.high < reach:
        return "no difference"
    return result.verdict


def _gain(result: MetricRecord) -> float:
    effect = result.effect or 0.0
    return effect if METRICS[result.metric].higher_is_better else -effect


def _say_void(state: State) -> str:
    sellers = ", ".join(f"{name} {number:,}" for name, number in state.sellers.items())
    return (
        f"The results are void: chance does not explain the numbers of sellers ({sellers}). Find"
        " out where sellers are lost or counted twice, and begin again under another key."
    )


def _say_harm(variant: VariantRecord) -> str:
    harms = [
        f"{name_of(each.metric)} is worse by {show_amount(each.metric, each.harm)}, of which"
        f" {show_amount(each.metric, each.min_harm)} are certain and"
        f" {show_amount(each.metric, each.max_harm)} were accepted"
        for each in variant.breaches
    ]
    todo = "It was stopped." if variant.stopped else "Stop it."
    return f"'{variant.name}' does harm: {'; '.join(harms)}. {todo}"


def _say_running(state: State) -> str:
    begin = f"Day {state.day} of {state.days}: {_say_when(state)}."
    left = [each for each in state.variants if each.name not in state.stopped]
    if not left:
        return f"{begin} No seller has seen a variant yet."
    so_far = "; ".join(_say_values(each) for each in left)
    return f"{begin} So far {so_far}."


def _say_when(state: State) -> str:
    metric = METRICS[state.experiment.metric]
    if state.day < state.days or not metric.days:
        return "it is too early to decide"
    known = state.experiment.end + timedelta(days=1 + metric.days)
    return (
        f"it is decided from {known} on, when the last listings have had their"
        f" {metric.days} days"
    )


def _say_end(experiment: Experiment, variant: VariantRecord, verdict: Verdict) -> str:
    control, name = experiment.control.name, variant.name
    least = show_amount(experiment.metric, experiment.minimum_effect)
    begin = {
        "better": f"'{name}' is better than '{control}'",
        "worse": f"'{name}' is worse than '{control}'",
        "no difference": f"'{name}' makes no difference of {least} or more",
        "unclear": f"It is unclear whether '{name}' is better than '{control}'",
    }[verdict]
    sentence = f"{begin}: {_say_values(variant)}."
    if verdict == "unclear" and variant.information is not None:
        sentence += f" Known is {variant.information:.0%} of what the plan expects."
    return sentence


def _say_values(variant: VariantRecord) -> str:
    result = variant.metrics[0]
    metric = result.metric
    if result.effect is None:
        return f"nothing is known of {name_of(metric)} with '{variant.name}' or without"
    return (
        f"{name_of(metric)} is {show_value(metric, result.treatment)} with '{variant.name}' and"
        f" {show_value(metric, result.control)} without: {show_effect(result)}"
    )
