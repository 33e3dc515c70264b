"""The days that were monitored, in the team's store: a line of JSON for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from common.errors import ArtifactError, UnavailableError
from common.known_fields import all_of
from common.store.storage import Storage

HISTORY = "monitoring/history.jsonl"
"""Key of the days in the store."""

MAX_DAYS = 400
"""Days that are kept: a year, and what is needed to compare it with the one before."""

MAX_ATTEMPTS = 5
"""How often a day is written again where others write at the same time."""


@dataclass(frozen=True, slots=True)
class MonitoredDay:
    """What the last monitoring of a day found.

    Attributes:
        day: the day, such as ``2026-11-29``.
        listings: items that were put up on the days that were looked at.
        figures: figures of the whole, by metric and field: ``acceptance price``.
        drifts: number of features that drifted.
        retrain: whether models were to be retrained.
        reasons: the reasons to retrain.
    """

    day: str
    listings: int
    figures: Mapping[str, float]
    drifts: int
    retrain: bool
    reasons: tuple[str, ...]


def read_history(storage: Storage) -> tuple[MonitoredDay, ...]:
    """Return the days that were monitored, the oldest first.

    Raises ``ArtifactError`` where they are damaged.
    """
    return _parse_days(storage.read_text(HISTORY) or "")


def write_day(storage: Storage, day: MonitoredDay) -> None:
    """Keep a day in the place of what was found on it before; the oldest days are dropped.

    Raises ``ArtifactError`` where the days are damaged, ``UnavailableError`` where others do not
    stop writing them.
    """
    # Two commands may end at the same time.
    for _ in range(MAX_ATTEMPTS):
        old = storage.read_text(HISTORY)
        days = {each.day: each for each in _parse_days(old or "")} | {day.day: day}
        kept = sorted(days.values(), key=lambda each: each.day)[-MAX_DAYS:]
        new = "".join(json.dumps(asdict(each), allow_nan=False) + "\n" for each in kept)
        if storage.replace_text(HISTORY, old, new):
            return
    raise UnavailableError(
        f"{HISTORY} in the store could not be written, because others write it: run 'listrec"
        " monitor' again"
    )


def _parse_days(text: str) -> tuple[MonitoredDay, ...]:
    try:
        days = all_of(MonitoredDay, [json.loads(line) for line in text.splitlines()])
        return tuple(replace(each, reasons=tuple(each.reasons)) for each in days)
    except (ValueError, TypeError, AttributeError):
        raise ArtifactError(
            f"{HISTORY} in the store is damaged: remove it, and run 'listrec monitor'"
        ) from None
