"""What the last analysis of an experiment said, as a record in the team's store.

``listrec experiment analyze`` writes it, and whoever shows experiments reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from common.errors import ArtifactError
from common.known_fields import all_of, known_fields
from common.store.storage import Storage

FOLDER = "experiments/analyses"
"""Prefix of the records in the store."""

RatioVerdict = Literal["ok", "suspicious", "mismatch"]
"""Whether the numbers of sellers fit the shares; of a mismatch no effect can be believed."""

IntervalKind = Literal["always valid", "fixed horizon"]
"""Whether intervals may be looked at every day, or once at the end."""

MetricVerdict = Literal["better", "worse", "unclear"]
"""What the interval of an effect says; of a variant without enough sellers it is unclear."""

Verdict = Literal[
    "void", "harm", "running", "stopped", "better", "worse", "no difference", "unclear"
]
"""What to make of an experiment.

``void``: sellers are lost or counted twice, so nothing can be said. ``harm``: a variant breaks a
guardrail. ``running``: its plan is not over. ``stopped``: somebody stopped it before. The others
are of its end, and of the deciding metric: ``no difference`` where an effect of the minimum size is
excluded.
"""


@dataclass(frozen=True, slots=True)
class MetricRecord:
    """The effect of a variant on a metric; ``None`` is what too few sellers cannot tell.

    Attributes:
        metric: name of the metric.
        control: its value in the control.
        treatment: its value in the variant.
        effect: the difference, in units of the metric.
        low: lower end of the interval of the effect.
        high: upper end of it.
        q_value: corrected for the number of metrics; only at the end, not of the deciding one.
        verdict: whether the interval lies on one side of 0, and on which one.
    """

    metric: str
    control: float | None
    treatment: float | None
    effect: float | None
    low: float | None
    high: float | None
    q_value: float | None
    verdict: MetricVerdict


@dataclass(frozen=True, slots=True)
class GuardrailRecord:
    """The effect of a variant on the metric of a guardrail; ``None`` is what nobody can tell yet.

    Attributes:
        metric: name of the metric.
        effect: the difference, in units of the metric.
        low: lower end of the interval by which the guardrail is judged; it is always valid.
        high: upper end of it.
    """

    metric: str
    effect: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class BreachRecord:
    """A guardrail that is broken.

    Attributes:
        metric: name of its metric.
        max_harm: harm that is accepted, in units of the metric.
        harm: harm as estimated.
        min_harm: harm that is certain.
    """

    metric: str
    max_harm: float
    harm: float
    min_harm: float


@dataclass(frozen=True, slots=True)
class DayRecord:
    """The effect on the deciding metric as it was known at the end of a day.

    Attributes:
        day: the day, such as ``2026-12-01``.
        effect: the effect, in units of the metric.
        low: lower end of its always-valid interval.
        high: upper end of it.
    """

    day: str
    effect: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """What a variant changes.

    Attributes:
        name: its name.
        information: how much is known, as a share of what the plan expects at the end.
        metrics: the deciding metric first.
        breaches: guardrails that are broken.
        stopped: time at which it was stopped, ISO 8601 in UTC, or empty.
        history: the deciding metric by day, the oldest first.
        guardrails: the effects by which guardrails are judged.
    """

    name: str
    information: float | None
    metrics: tuple[MetricRecord, ...]
    breaches: tuple[BreachRecord, ...] = ()
    stopped: str = ""
    history: tuple[DayRecord, ...] = ()
    guardrails: tuple[GuardrailRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisRecord:
    """What an experiment said when it was analyzed last.

    Attributes:
        key: key of the experiment.
        layer: its layer.
        hypothesis: what was expected of it.
        owner: who decides.
        metric: name of the metric that decides.
        minimum_effect: smallest difference of it that is worth having.
        control: name of the control.
        time: time of the analysis, ISO 8601 in UTC.
        day: number of whole days analyzed, from 0.
        days: number of days of the plan.
        is_over: whether all of them are over.
        sellers: number of sellers by variant, the control first.
        sample_ratio: p-value of these numbers.
        sample_ratio_verdict: what it means.
        switched: sellers who saw more than one variant; they are left out.
        interval_kind: kind of the intervals of metrics.
        variants: the variants that have sellers, without the control.
        warnings: what else should be known, in sentences.
        verdict: what to make of it.
        sentence: the verdict for people.
        guardrails: harm that is accepted, by metric.
    """

    key: str
    layer: str
    hypothesis: str
    owner: str
    metric: str
    minimum_effect: float
    control: str
    time: str
    day: int
    days: int
    is_over: bool
    sellers: Mapping[str, int]
    sample_ratio: float
    sample_ratio_verdict: RatioVerdict
    switched: int
    interval_kind: IntervalKind
    variants: tuple[VariantRecord, ...]
    warnings: tuple[str, ...]
    verdict: Verdict
    sentence: str
    guardrails: Mapping[str, float] = field(default_factory=dict)


def write(storage: Storage, record: AnalysisRecord) -> None:
    """Keep a record in the place of the experiment's last one."""
    text = json.dumps(asdict(record), indent=2, allow_nan=False)
    storage.write_text(_key(record.key), text + "\n")


def read(storage: Storage, key: str) -> AnalysisRecord | None:
    """Return the record of an experiment, or ``None`` where it was not analyzed.

    Raises ``ArtifactError`` for one that is damaged.
    """
    text = storage.read_text(_key(key))
    if text is None:
        return None
    try:
        return _record(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ArtifactError(
            f"the analysis of {key} in the store is damaged: write it anew by"
            f" 'listrec experiment analyze {key}'"
        ) from None


def _record(values: Mapping[str, Any]) -> AnalysisRecord:
    known = known_fields(AnalysisRecord, values)
    known["variants"] = tuple(map(_variant, known["variants"]))
    known["warnings"] = tuple(known["warnings"])
    return AnalysisRecord(**known)


def _variant(values: Mapping[str, Any]) -> VariantRecord:
    known = known_fields(VariantRecord, values)
    known["metrics"] = all_of(MetricRecord, known["metrics"])
    known["breaches"] = all_of(BreachRecord, known["breaches"])
    known["history"] = all_of(DayRecord, known["history"])
    # Records of earlier versions have none.
    known["guardrails"] = all_of(GuardrailRecord, known.get("guardrails", ()))
    return VariantRecord(**known)


def _key(key: str) -> str:
    return f"{FOLDER}/{key}.json"
