"""Analyses of all experiments of a time, and what follows from them: stops, records, messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from common.errors import ArtifactError
from common.experiments import analysis_record
from common.experiments.analysis_record import AnalysisRecord
from common.experiments.published import Stop
from common.store.storage import Storage
from pipelines.experiments.experiment_events import ExperimentEvents
from pipelines.experiments.make_record import make_record
from pipelines.experiments.stops import stop_times


def make_records(
    found: Sequence[ExperimentEvents], stops: Sequence[Stop], until: datetime
) -> list[AnalysisRecord]:
    """Return what experiments say at a time, each beside all others."""
    return [
        make_record(
            each,
            until,
            stop_times(stops, each.experiment),
            [other for other in found if other is not each],
            stops,
        )
        for each in found
    ]


def keep_records(
    storage: Storage, records: Sequence[AnalysisRecord]
) -> Iterator[AnalysisRecord]:
    """Keep records in the store; yield those that say for the first time that somebody must act."""
    for record in records:
        before = _last_verdict(storage, record.key)
        analysis_record.write(storage, record)
        if record.verdict in ("void", "harm") and record.verdict != before:
            yield record


def _last_verdict(storage: Storage, key: str) -> str:
    try:
        record = analysis_record.read(storage, key)
    except ArtifactError:
        return ""  # It is written anew.
    return record.verdict if record else ""
