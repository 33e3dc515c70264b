"""What happened in the simulated days, night by night."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.record import LoopRecord, NightRecord, TrainingRecord
from benchmarks.loop.shop import NEW_BRAND
from benchmarks.loop.wording import describe_changes, describe_refusal
from benchmarks.shared.markdown import table
from common.listing import CONFIRMABLE
from common.runs.outcome import PROMOTED

ENDS = {
    "promoted": "became the champion",
    "refused": "was refused by its gate",
    "held": "waits, because promotions are held during the experiment",
    "awaiting approval": "waits for the experiment",
    "failed": "failed",
}
"""How runs end, by their state."""

OCCASIONS = {
    "first": "the first training run",
    "schedule": "the scheduled training run",
    "monitoring": "the run that monitoring asked for",
    "experiment": "the run of the experiment's challenger",
}
"""Why runs are started."""


def diary_section(record: LoopRecord) -> Iterator[str]:
    """Give the lines of the section."""
    yield "## Night by night"
    yield ""
    yield (
        "Nights in which nothing new happened are left out, and so are scheduled runs that made a"
        " new champion. A gate compares each new model with the champion's, on items that neither"
        " has learned from. It refuses one that is clearly worse, and the champion stays."
    )
    yield ""
    rows = []
    for day in range(record.plan.days + 1):
        sentences = [*_of_plan(record, day), *_of_night(record, day)]
        sentences += [
            _of_training(each)
            for each in record.trainings
            if each.day == day and (each.why != "schedule" or each.state != PROMOTED)
        ]
        if sentences:
            rows.append([str(day), " ".join(sentences)])
    yield from table(("day", "what happened"), rows)


def _of_plan(record: LoopRecord, day: int) -> Iterator[str]:
    plan = record.plan
    if day == plan.brand_day:
        yield f"**{NEW_BRAND} appears.**"
    if day == plan.inflation_day:
        yield "**Prices rise by 30 %.**"
    if day == plan.experiment_day:
        yield "**The experiment begins.**"
    if day == plan.last_experiment_day:
        yield "**The experiment is decided.**"


def _of_night(record: LoopRecord, day: int) -> Iterator[str]:
    by_day = {night.day: night for night in record.nights}
    night, before = by_day.get(day), by_day.get(day - 1)
    if night is None or not night.reasons:
        return
    if night.retrain or before is None or not _named(night) <= _named(before):
        verb = "asks to retrain, since" if night.retrain else "notices that"
        changes = describe_changes(night.drifts, night.losses)
        yield f"Monitoring {verb} this has changed: {changes}."


def _named(night: NightRecord) -> set[str]:
    return {field for field in CONFIRMABLE if night.names(field)}


def _of_training(training: TrainingRecord) -> str:
    what = f"{OCCASIONS[training.why].capitalize()} ({', '.join(training.models)})"
    end = ENDS[training.state]
    if training.state == PROMOTED:
        end = f"{end} as {training.release}"
    reason = describe_refusal(training.reasons)
    return f"{what} {end}{': ' + reason if reason else ''}."
