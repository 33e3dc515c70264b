"""What the gate said of the models of a run: why a release was promoted, or none was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from common.runs.run_list import Run, find_records

GATE = "check_gates"
"""The step whose records say what the gate decided."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A metric that has a threshold, on the test rows.

    Attributes:
        metric: name of the metric.
        value: its value, or ``None`` where it is not defined.
        threshold: what the gate requires, in words.
    """

    metric: str
    value: float | None
    threshold: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate said of one model or encoder.

    Attributes:
        target: a model's name, or ``encoder-`` and the name of an encoder.
        passed: whether it may be released.
        reasons: a clause for each threshold that was missed, or why it was not trained.
        undecided: a clause for each threshold that the test rows are too few to decide.
        metric: the metric that it was compared with the champion by; empty without a comparison.
        gain: by how much it is better than the champion, negative where it is worse.
        rows: test rows of the comparison.
        floors: the metrics with thresholds.
    """

    target: str
    passed: bool
    reasons: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    metric: str = ""
    gain: float | None = None
    rows: int = 0
    floors: tuple[Floor, ...] = ()


def judgements_of(run: Run) -> tuple[Judgement, ...]:
    """Return what the gate said in a run, in the order of the targets."""
    found: dict[str, Judgement] = {}
    for step in run.steps:
        if step.step == GATE:
            for record in find_records(step.result):
                found[record["target"]] = _judge(record)
    return tuple(found.values())


def _judge(record: Mapping[str, Any]) -> Judgement:
    # A comparison that was skipped has no gain; a record that was left out has no metrics.
    comparison = record.get("comparison", {})
    reasons = record.get("reasons", ())
    return Judgement(
        target=record["target"],
        passed=bool(record.get("passed")),
        reasons=tuple(reasons or filter(None, [record.get("left_out")])),
        undecided=tuple(record.get("undecided", ())),
        metric=comparison.get("metric", "") if "gain" in comparison else "",
        gain=comparison.get("gain"),
        rows=comparison.get("rows", 0),
        floors=tuple(_floors(record)),
    )


def _floors(record: Mapping[str, Any]) -> Iterator[Floor]:
    metrics = record.get("metrics", {})
    for metric, threshold in record.get("thresholds", {}).items():
        yield Floor(metric, metrics.get(metric), threshold)
