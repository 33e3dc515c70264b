"""When a variant has to stop because it does harm: a pure rule that may be asked at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.experiments.definition import Guardrail
from common.experiments.metrics import METRICS
from pipelines.experiments.confidence_sequence import confidence_sequence
from pipelines.experiments.effects import Effect
from pipelines.experiments.intervals import ALPHA


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
    guardrails it has (each gets an equal part, by Bonferroni) and however often they are checked.
    A guardrail whose metric has no effect yet is not broken. ``information`` is that of
    ``confidence_sequence``.
    """
    breaches = []
    for guardrail in guardrails:
        effect = effects.get(guardrail.metric)
        if effect is None:
            continue
        interval = confidence_sequence(effect, information, alpha / len(guardrails))
        harm, min_harm = effect.value, interval.low
        if METRICS[guardrail.metric].higher_is_better:
            harm, min_harm = -effect.value, -interval.high
        if min_harm > guardrail.max_harm:
            breaches.append(Breach(guardrail, harm, min_harm))
    return tuple(breaches)
