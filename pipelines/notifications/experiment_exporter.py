"""Metrics of the last analyses of experiments for Prometheus, read from the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common.errors import ListrecError
from common.experiments import analysis_record, published
from common.experiments.analysis_record import AnalysisRecord
from common.experiments.definition import Experiment
from common.experiments.published import Published
from common.store.storage import Storage
from models.layers import LAYERS
from pipelines.experiments.stops import needs_somebody

MAX_AGE = timedelta(days=2)
"""Age from which an analysis is not told any more: its experiment is over."""


class ExperimentCollector(Collector):
    """Reads what experiments said last, each time that Prometheus asks."""

    def __init__(self, storage: Storage) -> None:
        """Nothing is read yet."""
        self._storage = storage

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: the store is not to be read when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what experiments say that were analyzed lately, and when those that run were."""
        yield self._broken()
        yield self._last_analyses()

    def _broken(self) -> GaugeMetricFamily:
        """Return a value for each experiment that was analyzed lately and whose record is whole."""
        broken = GaugeMetricFamily(
            "listrec_experiment_broken",
            "1 where the results of an experiment are void or a variant does harm.",
            labels=["experiment"],
        )
        for record in self._records():
            if datetime.now(UTC) - datetime.fromisoformat(record.time) < MAX_AGE:
                broken.add_metric([record.key], float(needs_somebody(record)))
        return broken

    def _last_analyses(self) -> GaugeMetricFamily:
        """Return the time of the last analysis of each published experiment that runs."""
        last = GaugeMetricFamily(
            "listrec_experiment_last_seconds",
            "Time of the last analysis of an experiment that runs, else from when it can be.",
            labels=["experiment"],
        )
        try:
            known = published.read(self._storage)
        except ListrecError:
            return last
        for experiment in _running(known):
            record = self._record(experiment.key)
            analyzed = datetime.fromisoformat(record.time) if record else None
            at = analyzed or _first_due(experiment, known)
            last.add_metric([experiment.key], at.timestamp())
        return last

    def _records(self) -> Iterator[AnalysisRecord]:
        try:
            names = self._storage.keys(analysis_record.FOLDER)
        except ListrecError:
            return
        for name in names:
            record = self._record(name.removesuffix(".json"))
            if record is not None:
                yield record

    def _record(self, key: str) -> AnalysisRecord | None:
        """Return the last analysis of an experiment, where there is one that can be read."""
        try:
            return analysis_record.read(self._storage, key)
        except ListrecError:
            return None


def _running(known: Published) -> Iterator[Experiment]:
    """Yield the published experiments that run today, without those that cannot be read."""
    today = datetime.now(UTC).date()
    for key in known.files:
        experiment = known.readable(key, LAYERS)
        if experiment and experiment.runs_on(today):
            yield experiment


def _first_due(experiment: Experiment, known: Published) -> datetime:
    """Return from when an experiment can be analyzed: it has a whole day, and is published."""
    end_of_first_day = datetime.combine(experiment.start, time(), UTC) + timedelta(1)
    return max(end_of_first_day, datetime.fromisoformat(known.at))
