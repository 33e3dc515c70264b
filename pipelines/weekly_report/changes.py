"""What sellers chose in the place of the first suggestion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.events import RANKED_FIELDS
from pipelines.weekly_report.acceptance import ANSWERED

if TYPE_CHECKING:
    import pandas as pd

MIN_NAMED = 5
"""Sellers of a value from which on it is named: what one seller enters may be personal."""

OTHERS = "other values"
"""Stands for all values that are not named."""

MAX_PAIRS = 8
"""Pairs that are listed of a field."""


@dataclass(frozen=True, slots=True)
class Change:
    """Sellers who were shown one value first and chose another.

    Attributes:
        field: the field.
        suggested: the first value that was shown, or ``OTHERS``.
        chosen: the value that was chosen, or ``OTHERS``.
        count: how often.
        share: ``count`` of all times that the suggested value was shown first.
    """

    field: str
    suggested: str
    chosen: str
    count: int
    share: float


def count_changes(week: pd.DataFrame, window: pd.DataFrame) -> tuple[Change, ...]:
    """Return the most frequent changes of each field in a week, the most frequent first.

    Both tables are ``OutcomeTables.fields``. A value is named where ``MIN_NAMED`` known sellers of
    the ``window`` chose it, or were shown it first.
    """
    changes: list[Change] = []
    for name in RANKED_FIELDS:
        rows = week[(week["field"] == name) & week["action"].isin(ANSWERED)]
        rows = rows[rows["first"].notna()]
        changes += _of_field(name, rows, window[window["field"] == name])
    return tuple(changes)


def _of_field(name: str, rows: pd.DataFrame, window: pd.DataFrame) -> list[Change]:
    changed = rows[rows["value"].notna() & (rows["rank"] != 1)]
    suggested = _named(changed["first"], window, "first")
    chosen = _named(changed["value"], window, "value")
    showings = _named(rows["first"], window, "first").value_counts()

    pairs = Counter(zip(suggested, chosen, strict=True))
    return [
        Change(name, first, value, count, float(count / showings[first]))
        for (first, value), count in pairs.most_common(MAX_PAIRS)
    ]


def _named(values: Any, window: pd.DataFrame, column: str) -> Any:
    """Return values with ``OTHERS`` in the place of those that too few sellers of a window have."""
    known = window[window["seller"] != ""]
    sellers = known.groupby(column)["seller"].nunique()
    named = sellers.index[sellers >= MIN_NAMED]
    return values.where(values.isin(named), OTHERS)
