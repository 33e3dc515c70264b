"""Metrics of the last monitoring for Prometheus, read from the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common import monitoring_record
from common.errors import ListrecError
from common.monitoring_record import MonitoringRecord
from common.store.storage import Storage

PREFIX = "listrec_monitoring"

GAUGES = (
    ("acceptance", "acceptance", "Share of shown suggestions that sellers accepted."),
    ("top_1_accuracy", "accuracy", "Share of values that were suggested first."),
    (
        "expected_accuracy",
        "expected_accuracy",
        "Share of first suggestions that is right, as models expect.",
    ),
    ("coverage", "coverage", "Share of amounts within the range that was shown."),
)
"""Metrics of a record by field, the name of their gauge, and what it says."""


class MonitoringCollector(Collector):
    """Reads the record of the last monitoring, each time that Prometheus asks."""

    def __init__(self, storage: Storage) -> None:
        """Nothing is read yet."""
        self._storage = storage
        self._record: MonitoringRecord | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: the store is not to be read when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics; those that were read last where the record cannot be read.

        A record that stays unreadable grows old, which is seen by its time.
        """
        with suppress(ListrecError):
            self._record = monitoring_record.read(self._storage)
        record = self._record
        yield GaugeMetricFamily(
            f"{PREFIX}_last_seconds",
            "Time of the last monitoring, 0 for none.",
            datetime.fromisoformat(record.time).timestamp() if record else 0.0,
        )
        if record:
            yield from _findings(record)
            yield from _figures(record)


def _findings(record: MonitoringRecord) -> Iterator[GaugeMetricFamily]:
    drifts = sum(drift.found for drift in record.drifts)
    losses = sum(change.found for change in record.changes)
    yield GaugeMetricFamily(
        f"{PREFIX}_drifts", "Features that are not distributed as before.", drifts
    )
    yield GaugeMetricFamily(
        f"{PREFIX}_losses", "Figures that have fallen by more than is accepted.", losses
    )
    yield GaugeMetricFamily(
        f"{PREFIX}_retrain",
        "1 where models should be retrained, also while the rule waits.",
        float(bool(record.reasons)),
    )


def _figures(record: MonitoringRecord) -> Iterator[GaugeMetricFamily]:
    for metric, name, help in GAUGES:
        family = GaugeMetricFamily(f"{PREFIX}_{name}", help, labels=["field"])
        for figure in record.figures:
            if (figure.metric, figure.by) == (metric, "all"):
                family.add_metric([figure.field], figure.value)
        yield family
