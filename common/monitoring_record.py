"""What monitoring found last, as a record in the team's store.

``listrec monitor`` writes it, and whoever shows how good suggestions are reads it. The days before
are in ``common.monitoring_history``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from common.errors import ArtifactError
from common.known_fields import all_of, known_fields
from common.monitoring_history import MonitoredDay, write_day
from common.store.storage import Storage

LATEST = "monitoring/latest.json"
"""Key of the last record."""

Group = Literal["all", "day", "version", "policy", "variant", "slice"]
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
        group: the day (``2026-11-29``), version of the model (the id of its artifact), policy,
            variant (``EXPERIMENT: VARIANT``) or top category; empty for the whole. Earlier
            versions have written figures by ``release`` too.
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
        champion: versions of the champion's models.
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
    champion: tuple[str, ...] = ()

    def value(self, metric: str, field: str) -> float | None:
        """Return a figure of the whole, or ``None`` where there is none."""
        for figure in self.figures:
            if (figure.metric, figure.field, figure.by) == (metric, field, "all"):
                return figure.value
        return None


def write(storage: Storage, record: MonitoringRecord) -> None:
    """Keep a record in the place of the last one, and its line in that of the same day."""
    text = json.dumps(asdict(record), indent=2, allow_nan=False)
    storage.write_text(LATEST, text + "\n")
    write_day(storage, _to_day(record))


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
        raise ArtifactError(
            f"{LATEST} in the store is damaged: remove it, and run 'listrec monitor'"
        ) from None


def _to_day(record: MonitoringRecord) -> MonitoredDay:
    return MonitoredDay(
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
            "figures": all_of(FigureRecord, known["figures"]),
            "drifts": all_of(DriftRecord, known["drifts"]),
            "changes": all_of(ChangeRecord, known["changes"]),
            "releases": tuple(known["releases"]),
            "reasons": tuple(known["reasons"]),
            "notes": tuple(known["notes"]),
            # Earlier versions have not written it.
            "champion": tuple(known.get("champion", ())),
        }
    )
