"""What an experiment says so far: its sample ratio, its effects, and which variants must stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from common.experiments.definition import Experiment
from pipelines.experiments.confidence_sequence import (
    confidence_sequence,
    information_of,
)
from pipelines.experiments.effects import Effect, measure_effect
from pipelines.experiments.guardrails import (
    Breach,
    find_breaches,
    guardrail_intervals,
)
from pipelines.experiments.intervals import (
    ALPHA,
    Interval,
    fixed_horizon_interval,
    p_value,
)
from pipelines.experiments.plan import tolerable_error
from pipelines.experiments.q_values import q_values
from pipelines.experiments.sample_ratio import SampleRatio, check_sample_ratio
from pipelines.experiments.seller_sums import SellerSums


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The effect of a variant on a metric.

    Attributes:
        effect: the effect.
        interval: where it lies. While the experiment runs, those of metrics that do not decide are
            so wide that all of them hold together.
        q_value: corrected for the number of metrics of the variant; NaN of the deciding metric,
            and while the experiment runs.
    """

    effect: Effect
    interval: Interval
    q_value: float


@dataclass(frozen=True, slots=True)
class VariantResult:
    """What a variant changes.

    Attributes:
        information: how much is known, as a share of what the plan expects at the end; NaN where
            there are too few sellers.
        metrics: the results, by the name of the metric.
        guardrails: the intervals by which guardrails are judged, by the name of the metric. They
            may be looked at every day.
        breaches: guardrails that are broken: any of them is a reason to stop the variant.
    """

    information: float
    metrics: Mapping[str, MetricResult]
    guardrails: Mapping[str, Interval]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an experiment says.

    Attributes:
        sample_ratio: whether the numbers of sellers fit the shares; where not, believe no effect.
        sellers: number of sellers of each variant.
        variants: the result of each treatment that has sellers.
    """

    sample_ratio: SampleRatio
    sellers: Mapping[str, int]
    variants: Mapping[str, VariantResult]


def analyze(
    experiment: Experiment,
    sums: Mapping[str, Mapping[str, SellerSums]],
    is_over: bool,
) -> Analysis:
    """Return what an experiment says, from the sums of each metric and in it of each variant.

    While it runs, intervals are those of a confidence sequence and may be looked at every day.
    Once it ``is_over``, at the end of its plan, they are the usual ones. One that was stopped
    before is not over, and keeps the intervals of that day. To stop early for harm, and
    to decide on a success at the end, adds no false successes. To take either interval for a
    success adds up the false ones of both.

    Raises ``InputError`` where a variant has sellers and no share.
    """
    shares = {each.name: each.share for each in experiment.variants}
    found = {name: len(each) for name, each in sums[experiment.metric].items()}
    sellers = dict.fromkeys(shares, 0) | found
    ratio = check_sample_ratio(sellers, shares)
    variants = {
        each.name: _compare(experiment, sums, each.name, is_over)
        for each in experiment.treatments
        if sellers[each.name] and sellers[experiment.control.name]
    }
    return Analysis(ratio, sellers, variants)


def _compare(
    experiment: Experiment,
    sums: Mapping[str, Mapping[str, SellerSums]],
    variant: str,
    is_over: bool,
) -> VariantResult:
    effects = {
        metric: measure_effect(by_variant[experiment.control.name], by_variant[variant])
        for metric, by_variant in sums.items()
    }
    # Several variants are several chances of a false alarm.
    alpha = ALPHA / len(experiment.treatments)
    expected_error = tolerable_error(experiment.minimum_effect, alpha=alpha)
    information = information_of(effects[experiment.metric], expected_error)
    judged = experiment.guardrails, effects, information, alpha

    if is_over:
        metrics = _at_the_end(effects, experiment.metric, alpha)
    else:
        metrics = _while_running(effects, experiment.metric, information, alpha)
    return VariantResult(
        information, metrics, guardrail_intervals(*judged), find_breaches(*judged)
    )


def _at_the_end(
    effects: Mapping[str, Effect], deciding: str, alpha: float
) -> dict[str, MetricResult]:
    others = {name: p_value(each) for name, each in effects.items() if name != deciding}
    corrected = {deciding: math.nan, **q_values(others)}
    return {
        name: MetricResult(
            effect, fixed_horizon_interval(effect, alpha), corrected[name]
        )
        for name, effect in effects.items()
    }


def _while_running(
    effects: Mapping[str, Effect], deciding: str, information: float, alpha: float
) -> dict[str, MetricResult]:
    known = [name for name, each in effects.items() if math.isfinite(each.error)]
    # By Bonferroni, since there are no q-values that hold at every look.
    of_others = alpha / max(len(known) - 1, 1)
    return {
        name: MetricResult(
            effect,
            confidence_sequence(
                effect, information, alpha if name == deciding else of_others
            ),
            math.nan,
        )
        for name, effect in effects.items()
    }
