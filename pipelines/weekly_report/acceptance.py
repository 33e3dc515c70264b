"""How often sellers accept suggestions, by field: this week, before, and over the last weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.listing import CONFIRMABLE
from pipelines.evaluation.intervals import Estimate, difference, share
from pipelines.weekly_report.weeks import Week, in_week

if TYPE_CHECKING:
    import pandas as pd

ANSWERED = ("accepted", "changed", "ignored")
"""Actions where there were suggestions on the screen."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of the suggestions for a field.

    Attributes:
        field: the field.
        share: accepted suggestions of all that were on the screen, in the week.
        changed: share that was changed to something else.
        ignored: share that was left alone.
        difference: ``share`` less that of the week before.
        history: ``share`` in each of the last weeks, the oldest first; the last is the week.
    """

    field: str
    share: Estimate
    changed: float
    ignored: float
    difference: Estimate
    history: tuple[Estimate, ...]


def measure_acceptance(
    fields: pd.DataFrame, weeks: Sequence[Week]
) -> tuple[Acceptance, ...]:
    """Return the acceptance of each field with suggestions in the last of two or more weeks.

    ``fields`` is ``OutcomeTables.fields``. In the holdout nothing is on the screen, so it does not
    count.
    """
    answered = fields[fields["action"].isin(ANSWERED)]
    return tuple(_by_field(answered, weeks))


def _by_field(answered: pd.DataFrame, weeks: Sequence[Week]) -> Iterator[Acceptance]:
    for name in CONFIRMABLE:
        rows = answered[answered["field"] == name]
        by_week = [in_week(rows, week) for week in weeks]
        now, before = by_week[-1], by_week[-2]
        if now.empty:
            continue
        yield Acceptance(
            field=name,
            share=_accepted(now),
            changed=float((now["action"] == "changed").mean()),
            ignored=float((now["action"] == "ignored").mean()),
            difference=difference(
                now["action"] == "accepted",
                now["unit"],
                before["action"] == "accepted",
                before["unit"],
            ),
            history=tuple(map(_accepted, by_week)),
        )


def _accepted(rows: pd.DataFrame) -> Estimate:
    return share(rows["action"] == "accepted", rows["unit"])
