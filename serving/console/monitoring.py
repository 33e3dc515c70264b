"""What the last monitoring found, as the console shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from common import monitoring_record
from common.monitoring_history import MonitoredDay, read_history
from common.monitoring_record import MonitoringRecord
from common.store.storage import Storage
from serving.console import commands

N_DAYS = 60
"""Days of the history that are shown."""


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What monitoring found.

    Attributes:
        record: the last record with the figures of the whole; ``None`` before the first.
        history: the last days that were monitored, the oldest first.
        command: monitors now, and retrains where that is asked for.
    """

    record: MonitoringRecord | None
    history: tuple[MonitoredDay, ...]
    command: str


def read_monitoring(storage: Storage) -> Monitoring:
    """Return what monitoring found last, from a store."""
    record = monitoring_record.read(storage)
    if record is not None:
        whole = tuple(figure for figure in record.figures if figure.by == "all")
        record = replace(record, figures=whole)
    is_asked = record is not None and record.retrain and not record.started
    return Monitoring(
        record=record,
        history=read_history(storage)[-N_DAYS:],
        command=commands.RETRAIN if is_asked else commands.MONITOR,
    )
