"""Metrics of training runs for Prometheus, read from the store: nothing else tells of no run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Thread

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common.errors import ListrecError, UnavailableError
from common.runs.outcome import FAILURE, PROMOTED, RunOutcome
from common.store.storage import Storage
from pipelines.notifications.history import RunHistory, failures_in_a_row


def export(host: str, port: int, *collectors: Collector) -> tuple[int, Thread]:
    """Export metrics on ``http://host:port/metrics``; return the port and the thread that answers.

    Port 0 is any free one. Raises ``UnavailableError`` where the port is taken.
    """
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError:
        raise UnavailableError(
            f"metrics cannot be exported on {host}:{port}, which is taken: choose another --port"
        ) from None
    return server.server_port, thread


class TrainingCollector(Collector):
    """Reads how the runs of one pipeline ended, each time that Prometheus asks."""

    def __init__(self, storage: Storage, pipeline: str) -> None:
        """Watch a pipeline by the label of its targets, such as ``all``."""
        self._history = RunHistory(storage)
        self._pipeline = pipeline
        self._outcomes: list[RunOutcome] = []

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: the store is not to be read when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics; those that were read last where the store does not answer."""
        is_readable = True
        try:
            self._outcomes = self._history.outcomes(self._pipeline)
        except ListrecError:
            is_readable = False

        outcomes = self._outcomes
        yield GaugeMetricFamily(
            "listrec_training_store_up",
            "Whether the store could be read.",
            float(is_readable),
        )
        yield GaugeMetricFamily(
            "listrec_training_last_success_seconds",
            "Time of the end of the last run that did not fail, 0 for none.",
            _last(outcomes, lambda outcome: outcome["state"] != FAILURE),
        )
        yield GaugeMetricFamily(
            "listrec_training_last_promotion_seconds",
            "Time of the end of the last run whose release became the champion, 0 for none.",
            _last(outcomes, lambda outcome: outcome["state"] == PROMOTED),
        )
        yield GaugeMetricFamily(
            "listrec_training_failures_in_a_row",
            "Runs that failed since the last one that did not.",
            failures_in_a_row(outcomes),
        )


def _last(
    outcomes: Sequence[RunOutcome], is_wanted: Callable[[RunOutcome], bool]
) -> float:
    """Return the time of the last of the wanted ends, in seconds since 1970, or 0."""
    for outcome in reversed(outcomes):
        if is_wanted(outcome):
            return datetime.fromisoformat(outcome["ended_at"]).timestamp()
    return 0.0
