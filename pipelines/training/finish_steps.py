"""The last step of every run, also of one that failed: how it ended, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from common.crash_points import crash_point
from common.errors import GateError
from pipelines.records import RunOutcome
from pipelines.training.process import Context
from pipelines.training.step_records import FAILED, RUNNING, StepRecord

PROMOTED, REFUSED, FAILURE, TRAINED = "promoted", "refused", "failed", "trained"
WAITING = "held"
"""Ends of a run: its release is the champion; a gate or the trial said no, or the champion changed
meanwhile; a step could not be done; encoders were trained, of which alone there is no release; its
release waits, because promotions are held."""


def finish(context: Context, state: str) -> RunOutcome:
    """Keep in the store how the run ended, and return it.

    ``state`` is what the orchestrator says of it, such as ``SUCCEEDED``; the reasons are those that
    the steps gave themselves.
    """
    records = context.records.steps()
    steps = [record for record in records if record.step != "finish"]
    outcome = describe_end(context.run, steps, state)
    crash_point("finish.before-outcome")
    context.records.write_outcome(outcome)
    crash_point("finish.after-outcome")
    return outcome


def describe_end(run: str, steps: Sequence[StepRecord], state: str) -> RunOutcome:
    """Return how a run ended, from the records of its steps and the orchestrator's ``state``."""
    reasons = list(_reasons(steps))
    if state != "SUCCEEDED" and not reasons:
        reasons = [f"the orchestrator says {state}, and no step says why"]
    end = _end(steps, reasons)
    held = _why_held(steps)
    if held and not reasons:
        end, reasons = WAITING, [held]

    return RunOutcome(
        run=run,
        state=end,
        release=_release(steps),
        reasons=reasons,
        seconds=_wall_seconds(steps),
        cpu_seconds=round(sum(step.cpu_seconds for step in steps), 2),
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
    is_promoted = any(step.step == "promote" for step in steps)
    return PROMOTED if is_promoted else TRAINED


def _why_held(steps: Sequence[StepRecord]) -> str:
    """Return why the release was not promoted where promotions were held, or an empty string."""
    for step in steps:
        if step.step == "promote" and step.result:
            return str(step.result.get("hold_reason", ""))
    return ""


def _release(steps: Sequence[StepRecord]) -> str:
    """Return the release that the run published, or an empty string."""
    for step in steps:
        if step.step == "publish" and step.result:
            return str(step.result["release"])
    return ""


def _wall_seconds(steps: Sequence[StepRecord]) -> float:
    """Return the time from the start of the first step to the end of the last one."""
    if not steps:
        return 0.0
    starts = [_time(step) for step in steps]
    ends = [start + step.seconds for start, step in zip(starts, steps, strict=True)]
    return round(max(ends) - min(starts), 2)


def _time(step: StepRecord) -> float:
    return datetime.fromisoformat(step.started_at).astimezone(UTC).timestamp()
