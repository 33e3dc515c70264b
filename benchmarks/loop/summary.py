"""What the simulated days show, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.record import LookRecord, LoopRecord
from benchmarks.loop.shop import NEW_BRAND
from benchmarks.loop.story import (
    Change,
    count_states,
    false_alarms,
    find_changes,
    mean_between,
    repaired_day,
)
from benchmarks.shared.markdown import bullets

WEEK = 7
"""Days of the means that are compared."""


def summary_section(record: LoopRecord) -> Iterator[str]:
    """Give the lines of the section."""
    yield "## In short"
    yield ""
    brand, inflation = find_changes(record)
    alarms = len(false_alarms(record))
    answers = sum(each.answers for each in record.trainings)
    lost = sum(each.lost for each in record.trainings)
    states = count_states(record)
    ends = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    yield from bullets(
        [
            _describe_brand(record, brand),
            _describe_inflation(record, inflation),
            _describe_winner(record),
            f"{len(record.trainings)} training runs: {ends}.",
            f"While they ran, {answers:,} suggestions were asked for over gRPC, and {lost} were"
            " not answered.",
            f"False alarms, which ask for a training run where nothing has changed: {alarms}.",
        ]
    )


def _describe_brand(record: LoopRecord, change: Change) -> str:
    name = "top_1_accuracy brand"
    day = change.day
    before = mean_between(record, name, day - WEEK, day - 1)
    at_once = mean_between(record, name, day, day + 1)
    later = mean_between(record, name, day + WEEK, day + 2 * WEEK - 1)
    return (
        f"**The new brand** {NEW_BRAND} comes on day {day}. {_describe_notice(change)} The first"
        f" suggestion of a brand is right for {_percent(before)} of the items in the week before,"
        f" for {_percent(at_once)} on its first two days, and for {_percent(later)} a week later."
    )


def _describe_inflation(record: LoopRecord, change: Change) -> str:
    name = "acceptance price"
    day, repaired = change.day, repaired_day(record)
    before = mean_between(record, name, day - WEEK, day - 1)
    at_once = mean_between(record, name, day, day + 2)
    end = f"From day {repaired} on" if repaired else "At the end"
    later = mean_between(
        record, name, (repaired or record.plan.days - WEEK), record.plan.days
    )
    return (
        f"**The inflation** begins on day {day}. {_describe_notice(change)} {_percent(before)} of"
        f" the prices are accepted in the week before, {_percent(at_once)} on its first three days."
        f" {end}, {_percent(later)} are."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _describe_notice(change: Change) -> str:
    if change.noticed is None:
        return "Monitoring does not notice it."
    nights = change.noticed - change.day + 1
    word = "night" if nights == 1 else "nights"
    return f"Monitoring notices it after {nights} {word}."


def _describe_winner(record: LoopRecord) -> str:
    experiment = record.experiment
    last = experiment.looks[-1]
    verdict = "is not shown to be better, and the champion stays"
    if experiment.winner == experiment.challenger:
        days = record.plan.challenger_days
        verdict = f"is better, and becomes the champion. All learn from {days} days now"
    return (
        f"**The experiment**: the {experiment.layer} model that learned from more days {verdict}."
        f" {_effect(last)}"
    )


def _effect(look: LookRecord) -> str:
    if look.effect is None or look.low is None or look.high is None:
        return "Too few sellers saw it to say how large the effect is."
    return (
        f"Acceptance differs by {100 * look.effect:+.1f} points, with a 95 % interval"
        f" from {100 * look.low:.1f} to {100 * look.high:.1f}."
    )
