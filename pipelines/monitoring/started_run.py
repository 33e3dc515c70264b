"""Starts the training run that monitoring asks for, and only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from common import monitoring_record
from common.errors import ListrecError
from common.monitoring_record import MonitoringRecord
from common.store.storage import Storage
from pipelines.monitoring.run_starts import note_start, withdraw_start


def start_once(
    storage: Storage,
    record: MonitoringRecord,
    last_run: datetime | None,
    start: Callable[[], str],
) -> str | None:
    """Start a run, keep in the record that it was started, and return the id of the run.

    ``last_run`` is the last run that the monitoring knew of. Where another monitoring has started
    one meanwhile, nothing is started and ``None`` is returned. Errors of ``start`` are raised
    again; then the run may be tried again at once.
    """
    note = note_start(storage, datetime.fromisoformat(record.time), last_run)
    if note is None:
        return None
    try:
        run = start()
    except ListrecError:
        withdraw_start(storage, note)
        raise
    monitoring_record.write(storage, replace(record, started=True))
    return run
