"""The last step of every run, also of one that failed: how it ended, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from common.crash_points import crash_point
from common.errors import GateError
from common.machine_prices import MachinePrices
from common.runs.outcome import (
    AWAITING,
    FAILURE,
    ON_HOLD,
    PROMOTED,
    REFUSED,
    TRAINED,
    RunOutcome,
)
from common.runs.records import FAILED, RUNNING, StepRecord
from pipelines.notifications.notify import notify
from pipelines.training.costs import describe_cost
from pipelines.training.process import Context


def finish(context: Context, pipeline: str, state: str) -> RunOutcome:
    """Keep in the store how the run ended, tell those who want to know, and return it.

    ``pipeline`` is the label of its targets. ``state`` is what the orchestrator says of it, such as
    ``SUCCEEDED``; the reasons are those that the steps gave themselves.
    """
    records = context.records.steps()
    steps = [record for record in records if record.step != "finish"]
    prices = context.settings.machine_prices
    outcome = describe_end(context.run, pipeline, steps, state, prices)
    crash_point("finish.before-outcome")
    context.records.write_outcome(outcome)
    crash_point("finish.after-outcome")
    notify(context.settings, context.run, context.note)
    return outcome


def describe_end(
    run: str,
    pipeline: str,
    steps: Sequence[StepRecord],
    state: str,
    prices: MachinePrices | None = None,
) -> RunOutcome:
    """Return how a run ended, from the records of its steps and the orchestrator's ``state``."""
    reasons = list(_reasons(steps))
    if state != "SUCCEEDED" and not reasons:
        reasons = [f"the orchestrator says {state}, and no step says why"]
    held = _result_of("promote", steps).get("hold_reason", "")

    return RunOutcome(
        run=run,
        pipeline=pipeline,
        state=_end(steps, reasons),
        release=_result_of("publish", steps).get("release", ""),
        reasons=reasons or ([held] if held else []),
        seconds=_wall_seconds(steps),
        cpu_seconds=round(sum(step.cpu_seconds for step in steps), 2),
        gpu_seconds=round(sum(step.gpu_seconds for step in steps), 2),
        ended_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        cost=describe_cost(steps, prices),
    )


def _reasons(steps: Sequence[StepRecord]) -> Iterator[str]:
    for step in steps:
        if step.state == FAILED:
            yield step.message
        elif step.state == RUNNING:
            yield (
                f"{step.step} {step.subject} did not end: it was killed for its memory or time,"
                " or its machine was lost"
            )


def _end(steps: Sequence[StepRecord], reasons: Sequence[str]) -> str:
    if reasons:
        codes = {step.exit_code for step in steps if step.state == FAILED}
        return REFUSED if codes == {GateError.exit_code} else FAILURE
    promotion = _result_of("promote", steps)
    if promotion.get("hold_reason"):
        return ON_HOLD
    if promotion.get("awaiting"):
        return AWAITING
    return PROMOTED if promotion else TRAINED


def _result_of(name: str, steps: Sequence[StepRecord]) -> Mapping[str, Any]:
    """Return what the step of a name returned; nothing where there is none, or it failed."""
    for step in steps:
        if step.step == name and step.result:
            return cast(Mapping[str, Any], step.result)
    return {}


def _wall_seconds(steps: Sequence[StepRecord]) -> float:
    """Return the time from the start of the first step to the end of the last one."""
    if not steps:
        return 0.0
    starts = [_time(step) for step in steps]
    ends = [start + step.seconds for start, step in zip(starts, steps, strict=True)]
    return round(max(ends) - min(starts), 2)


def _time(step: StepRecord) -> float:
    return datetime.fromisoformat(step.started_at).astimezone(UTC).timestamp()
