"""What servers count, for Prometheus: requests, batches, answers. Nothing that a seller wrote.

The workers of a port write to files of one folder, which ``PROMETHEUS_MULTIPROC_DIR`` names before
this module is imported; one exporter sums them up.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    multiprocess,
    start_http_server,
)

from common.errors import UnavailableError
from common.listing import Suggestion

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder of processes that share a port."""

SECONDS_BUCKETS = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5,
)  # fmt: skip
SIZE_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128)

REQUESTS = Counter("listrec_requests", "Requests.", ["method", "status"])
SECONDS = Histogram(
    "listrec_request_seconds",
    "Time from a request to its answer.",
    ["method"],
    buckets=SECONDS_BUCKETS,
)
ANSWERS = Counter(
    "listrec_answers",
    "Answers of models: suggested, abstained, or missing with the first word of the reason.",
    ["model", "kind"],
)
PHOTOS = Counter(
    "listrec_photos", "Photos of requests: computed, or cached.", ["source"]
)
BATCH_SIZE = Histogram(
    "listrec_batch_listings", "Listings computed together.", buckets=SIZE_BUCKETS
)
BATCH_SECONDS = Histogram(
    "listrec_batch_seconds", "Time of a batch.", buckets=SECONDS_BUCKETS
)
WAITING = Gauge(
    "listrec_waiting_listings", "Listings that wait.", multiprocess_mode="livesum"
)
REFUSED = Counter("listrec_refused_listings", "Listings refused for lack of time.")
RELEASE = Gauge(
    "listrec_release",
    "1 for the release that is served; for two while workers change.",
    ["release"],
    multiprocess_mode="livemax",
)
RELEASE_CHANGES = Counter(
    "listrec_release_changes",
    "New releases: taken by a worker, or refused, failed or unreachable while the old one stays.",
    ["result"],
)
SHADOW = Counter(
    "listrec_shadow_answers",
    "Answers of a shadow release beside those shown: agrees, differs, missing, or skipped.",
    ["model", "kind"],
)


def count_request(method: str, status: str, seconds: float) -> None:
    """Count a request that has ended."""
    _requests(method, status).inc()
    _seconds(method).observe(seconds)


def count_answers(
    suggestions: Mapping[str, Suggestion], missing: Mapping[str, str]
) -> None:
    """Count the answers of all models to one listing."""
    for name, suggestion in suggestions.items():
        _answers(name, "abstained" if suggestion.abstained else "suggested").inc()
    for name, reason in missing.items():
        _answers(name, reason.partition(":")[0]).inc()


def count_batch(size: int, seconds: float) -> None:
    """Count a batch that was computed."""
    BATCH_SIZE.observe(size)
    BATCH_SECONDS.observe(seconds)


def mark_dead(process: int) -> None:
    """Leave a worker that has died out of what is summed over those that live."""
    multiprocess.mark_process_dead(process)


def export(host: str, port: int, shared_folder: str = "") -> threading.Thread:
    """Export on ``http://host:port/metrics``, from a thread, which is returned.

    With ``shared_folder`` the metrics of all processes that write there are summed up. Raises
    ``UnavailableError`` where the port is taken.
    """
    registry = REGISTRY
    if shared_folder:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, shared_folder)
    try:
        _, thread = start_http_server(port, host, registry)
    except OSError:
        raise UnavailableError(
            f"metrics cannot be exported on {host}:{port}, which is taken:"
            " choose another port with LISTREC_METRICS_PORT"
        ) from None
    return thread


# A child of a metric is looked up for every request: prometheus_client takes a lock for it.
def _cached(metric: Any) -> Any:
    return lru_cache(maxsize=256)(metric.labels)


_requests, _seconds, _answers = map(_cached, (REQUESTS, SECONDS, ANSWERS))
