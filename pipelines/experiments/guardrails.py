"""When a variant has to stop because it does harm: a pure rule that may be asked at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.experiments.definition import Guardrail
from common.experiments.metrics import METRICS
from pipelines.experiments.confidence_sequence import confidence_sequence
from pipelines.experiments.effects import Effect
from pipelines.experiments.intervals import ALPHA, Interval


@dataclass(frozen=True, slots=True)
class Breach:
    """A guardrail that is broken beyond doubt.

    Attributes:
        guardrail: the guardrail.
        harm: the harm as estimated, in the metric's unit.
        min_harm: the harm that is certain.
    """

    guardrail: Guardrail
    harm: float
    min_harm: float


def find_breaches(
    guardrails: Sequence[Guardrail],
    effects: Mapping[str, Effect],
    information: float,
    alpha: float = ALPHA,
) -> tuple[Breach, ...]:
    """Return the guardrails of a variant that are broken: any of them is a reason to stop it.

    A harmless variant is ever stopped with a probability of at most ``alpha``, however many
    guardrails it has and however often they are checked. The intervals are those of
    ``guardrail_intervals``. A guardrail whose metric has no effect yet is not broken.
    """
    intervals = guardrail_intervals(guardrails, effects, information, alpha)
    breaches = []
    for guardrail in guardrails:
        if guardrail.metric not in intervals:
            continue
        effect, interval = effects[guardrail.metric], intervals[guardrail.metric]
        harm, min_harm = effect.value, interval.low
        if METRICS[guardrail.metric].higher_is_better:
            harm, min_harm = -effect.value, -interval.high
        if min_harm > guardrail.max_harm:
            breaches.append(Breach(guardrail, harm, min_harm))
    return tuple(breaches)


def guardrail_intervals(
    guardrails: Sequence[Guardrail],
    effects: Mapping[str, Effect],
    information: float,
    alpha: float = ALPHA,
) -> dict[str, Interval]:
    """Return where the effect on each guardrail's metric lies, by metric, of those that have one.

    The intervals miss with probability ``alpha`` all together (each gets an equal part, by
    Bonferroni), at whatever time somebody looks. ``information`` is that of
    ``confidence_sequence``.
    """
    return {
        metric: confidence_sequence(
            effects[metric], information, alpha / len(guardrails)
        )
        for metric in (guardrail.metric for guardrail in guardrails)
        if metric in effects
    }
