"""What monitoring found last, as a record in the team's store, and a line for each day before.

``listrec monitor`` writes both. Whoever shows how good suggestions are reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from common.errors import ArtifactError, UnavailableError
from common.known_fields import known_fields
from common.store.storage import Storage

LATEST = "monitoring/latest.json"
"""Key of the last record."""

HISTORY = "monitoring/history.jsonl"
"""Key of the days, a line of JSON for each."""

MAX_DAYS = 400
"""Days that are kept: a year, and what is needed to compare it with the one before."""

MAX_ATTEMPTS = 5
"""How often a day is written again where others write at the same time."""

Group = Literal["all", "day", "release", "policy", "variant", "slice"]
"""What figures are grouped by."""


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """A figure of quality of one field; ``None`` is what too few sellers cannot tell.

    Metrics are ``acceptance``, ``top_1_accuracy``, ``top_k_accuracy``, ``calibration_error``,
    ``rmsle``, ``pinball_loss`` and ``coverage``. ``expected_accuracy``, ``expected_pinball_loss``
    and ``expected_coverage`` are known before sellers choose; their interval is the range in which
    the measured figure of as many rows is expected.

    Attributes:
        metric: the metric.
        field: the field of the listing.
        by: what it is grouped by; ``all`` is the whole.
        group: the day (``2026-11-29``), release, policy, variant (``EXPERIMENT: VARIANT``) or top
            category; empty for the whole.
        value: the figure.
        low: lower end of its 95 % interval.
        high: upper end of it.
        rows: how many rows it is of.
    """

    metric: str
    field: str
    by: Group
    group: str
    value: float
    low: float | None
    high: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class DriftRecord:
    """How a feature differs from before.

    Attributes:
        feature: the feature, such as ``price chosen``.
        effect: its effect size, from 0.
        q_value: how easily chance explains it, corrected for the number of features.
        rows: effective rows of the smaller side.
        found: whether it counts as drift.
    """

    feature: str
    effect: float
    q_value: float
    rows: int
    found: bool


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """How a figure differs from before.

    Attributes:
        metric: the metric.
        field: the field of the listing.
        loss: by how much it is worse.
        low: lower end of the 95 % interval of the loss.
        high: upper end of it.
        found: whether so much is a reason to retrain.
    """

    metric: str
    field: str
    loss: float
    low: float | None
    high: float | None
    found: bool


@dataclass(frozen=True, slots=True)
class DaysRecord:
    """Whole days in UTC.

    Attributes:
        first: the first day, such as ``2026-11-27``.
        last: the last day.
        listings: items that were put up on these days.
    """

    first: str
    last: str
    listings: int


@dataclass(frozen=True, slots=True)
class MonitoringRecord:
    """What monitoring found.

    Attributes:
        time: time of the monitoring, ISO 8601 in UTC.
        now: the days that are looked at.
        before: the days that they are compared with; ``None`` where there are none.
        releases: ids of the releases that answered in ``now``, the most frequent first.
        figures: figures of ``now``; those by day are of ``before`` and ``now``.
        drifts: the features that were compared, those that drift first.
        changes: the figures that were compared.
        retrain: whether models are to be retrained now.
        reasons: a sentence for each reason to retrain, also while the rule waits.
        wait_until: end of the cooldown, ISO 8601 in UTC; empty without one.
        notes: what else should be known, in sentences.
        started: whether a training run was started for these reasons.
    """

    time: str
    now: DaysRecord
    before: DaysRecord | None
    releases: tuple[str, ...]
    figures: tuple[FigureRecord, ...]
    drifts: tuple[DriftRecord, ...]
    changes: tuple[ChangeRecord, ...]
    retrain: bool
    reasons: tuple[str, ...]
    wait_until: str = ""
    notes: tuple[str, ...] = ()
    started: bool = False

    def value(self, metric: str, field: str) -> float | None:
        """Return a figure of the whole, or ``None`` where there is none."""
        for figure in self.figures:
            if (figure.metric, figure.field, figure.by) == (metric, field, "all"):
                return figure.value
        return None


@dataclass(frozen=True, slots=True)
class DayRecord:
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


def write(storage: Storage, record: MonitoringRecord) -> None:
    """Keep a record in the place of the last one, and its line in that of the same day."""
    text = json.dumps(asdict(record), indent=2, allow_nan=False)
    storage.write_text(LATEST, text + "\n")
    _write_day(storage, _to_day(record))


def read(storage: Storage) -> MonitoringRecord | None:
    """Return the last record, or ``None`` before the first.

    Raises ``ArtifactError`` for one that is damaged.
    """
    text = storage.read_text(LATEST)
    if text is None:
        return None
    try:
        return _parse(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _damaged(LATEST) from None


def read_history(storage: Storage) -> tuple[DayRecord, ...]:
    """Return the days that were monitored, the oldest first.

    Raises ``ArtifactError`` where they are damaged.
    """
    return _parse_days(storage.read_text(HISTORY) or "")


def _write_day(storage: Storage, day: DayRecord) -> None:
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


def _to_day(record: MonitoringRecord) -> DayRecord:
    return DayRecord(
        day=record.now.last,
        listings=record.now.listings,
        figures={
            f"{figure.metric} {figure.field}": figure.value
            for figure in record.figures
            if figure.by == "all"
        },
        drifts=sum(drift.found for drift in record.drifts),
        retrain=record.retrain,
        reasons=record.reasons,
    )


def _parse(values: Mapping[str, Any]) -> MonitoringRecord:
    known = known_fields(MonitoringRecord, values)
    before = known["before"]
    return MonitoringRecord(
        **{
            **known,
            "now": DaysRecord(**known_fields(DaysRecord, known["now"])),
            "before": before and DaysRecord(**known_fields(DaysRecord, before)),
            "figures": _all_of(FigureRecord, known["figures"]),
            "drifts": _all_of(DriftRecord, known["drifts"]),
            "changes": _all_of(ChangeRecord, known["changes"]),
            "releases": tuple(known["releases"]),
            "reasons": tuple(known["reasons"]),
            "notes": tuple(known["notes"]),
        }
    )


def _parse_days(text: str) -> tuple[DayRecord, ...]:
    try:
        days = _all_of(DayRecord, [json.loads(line) for line in text.splitlines()])
        return tuple(
            DayRecord(**{**asdict(each), "reasons": tuple(each.reasons)})
            for each in days
        )
    except (ValueError, TypeError, AttributeError):
        raise _damaged(HISTORY) from None


def _all_of(cls: type[Any], parts: list[Mapping[str, Any]]) -> tuple[Any, ...]:
    return tuple(cls(**known_fields(cls, each)) for each in parts)


def _damaged(key: str) -> ArtifactError:
    return ArtifactError(
        f"{key} in the store is damaged: remove it, and run 'listrec monitor'"
    )
