"""The experiment of the simulated days, on their page."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.loop.record import LookRecord, LoopRecord
from benchmarks.loop.trial import CHALLENGER, CONTROL
from benchmarks.shared.markdown import table


def experiment_section(record: LoopRecord) -> Iterator[str]:
    """Give the lines of the section."""
    plan, experiment = record.plan, record.experiment
    yield "## The experiment"
    yield ""
    yield (
        f"Scheduled training runs learn from {plan.training_days} days. Would a"
        f" {experiment.layer} model that learned from {plan.challenger_days} days be accepted more"
        f" often? The night before day {plan.experiment_day} one is trained, passes its gate, and"
        " waits. This file is published:"
    )
    yield ""
    yield "```yaml"
    yield experiment.text.strip()
    yield "```"
    yield ""
    yield (
        f"Half of the sellers get `{CHALLENGER}`, the others `{CONTROL}`, which is the champion."
        " The server assigns them by their id. Promotions are held meanwhile, so that the control"
        " stays what it is. Every night the experiment is analyzed, with an interval that may be"
        " looked at every day; the usual one at the end decides."
    )
    yield ""
    yield "![Effect on acceptance with its interval by day](loop/experiment.svg)"
    yield ""
    head = ("day", CONTROL, CHALLENGER, "effect, points", "interval")
    yield from table(head, [_look_row(each) for each in experiment.looks])


def _look_row(look: LookRecord) -> list[str]:
    effect = "" if look.effect is None else f"{100 * look.effect:+.1f}"
    interval = ""
    if look.low is not None and look.high is not None:
        interval = f"{100 * look.low:+.1f} to {100 * look.high:+.1f}"
    sellers = [f"{look.sellers[name]} sellers" for name in (CONTROL, CHALLENGER)]
    return [str(look.day), *sellers, effect, interval + ", decides" * look.is_final]
