"""Metrics of the last analyses of experiments for Prometheus, read from the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common.errors import ListrecError
from common.experiments import analysis_record
from common.experiments.analysis_record import AnalysisRecord
from common.store.storage import Storage
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
        """Yield a value for each experiment that was analyzed lately and whose record is whole."""
        broken = GaugeMetricFamily(
            "listrec_experiment_broken",
            "1 where the results of an experiment are void or a variant does harm.",
            labels=["experiment"],
        )
        for record in self._records():
            if datetime.now(UTC) - datetime.fromisoformat(record.time) < MAX_AGE:
                broken.add_metric([record.key], float(needs_somebody(record)))
        yield broken

    def _records(self) -> Iterator[AnalysisRecord]:
        try:
            names = self._storage.keys(analysis_record.FOLDER)
        except ListrecError:
            return
        for name in names:
            try:
                record = analysis_record.read(self._storage, name.removesuffix(".json"))
            except ListrecError:
                continue
            if record is not None:
                yield record
