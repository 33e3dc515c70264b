"""What servers count, for Prometheus: requests, batches, answers. Nothing that a seller wrote.

The workers of a port write to files of one folder, which ``PROMETHEUS_MULTIPROC_DIR`` names before
this module is imported; one exporter sums them up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
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
from prometheus_client.registry import Collector

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
    ["model", "kind", "release"],
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
MODEL_SECONDS = Histogram(
    "listrec_model_seconds",
    "Time of a model for the listings that are computed together.",
    ["model", "release"],
    buckets=SECONDS_BUCKETS,
)
REMOTE_SECONDS = Histogram(
    "listrec_remote_seconds",
    "Time from the request to a remote predictor to its answer.",
    ["model"],
    buckets=SECONDS_BUCKETS,
)
REFUSED = Counter("listrec_refused_listings", "Listings refused for lack of time.")

# A worker that has died neither waits nor serves: gauges are of those that live.
WAITING = Gauge(
    "listrec_waiting_listings", "Listings that wait.", multiprocess_mode="livesum"
)
WORKERS = Gauge("listrec_workers", "Processes that serve.", multiprocess_mode="livesum")
RELEASE = Gauge(
    "listrec_release",
    "Processes that serve a release.",
    ["release"],
    multiprocess_mode="livesum",
)
RELEASE_CREATED = Gauge(
    "listrec_release_created_seconds",
    "When a release was published, in seconds since 1970.",
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

EXPERIMENTS_RELOADS = Counter(
    "listrec_experiments_reloads",
    "Published experiments: taken by a worker, or refused or unreachable while those before stay;"
    " releases of variants: refused, or failed in a worker.",
    ["result"],
)
EXPERIMENTS = Gauge(
    "listrec_experiments",
    "Processes that apply a publication of experiments.",
    ["number"],
    multiprocess_mode="livesum",
)
EXPERIMENTS_NOT_LOADED = Gauge(
    "listrec_experiments_not_loaded",
    "Whether what is published is refused or unreachable, or releases of variants do not pass.",
    ["reason"],
    multiprocess_mode="livemax",
)
EXPERIMENT_ANSWERS = Counter(
    "listrec_experiment_answers",
    "Answers to sellers of a variant of an experiment.",
    ["experiment", "variant"],
)
EXPERIMENTS_NOT_HELD = Counter(
    "listrec_experiment_not_held",
    "Requests outside of an experiment, of which a release is not held here.",
    ["experiment"],
)
SHADOW_VARIANTS = Counter(
    "listrec_shadow_variant_answers",
    "Answers of a shadow variant beside those shown: agrees, differs, missing, or skipped.",
    ["experiment", "variant", "model", "kind"],
)


class RequestCounts:
    """Counts requests by their name and status, and the time of those that were answered."""

    def __init__(self, requests: Counter, seconds: Histogram) -> None:
        """Count with a counter by name and status, and a histogram by name."""
        self._requests, self._seconds = _cached(requests), _cached(seconds)

    def count(self, name: str, status: str, seconds: float | None) -> None:
        """Count a request; ``seconds`` is ``None`` for one that was refused or failed.

        Refusals are fast: beside them slow answers would not be seen.
        """
        self._requests(name, status).inc()
        if seconds is not None:
            self._seconds(name).observe(seconds)


def count_request(method: str, status: str, seconds: float) -> None:
    """Count a request that has ended, and the time of one that was answered."""
    _counts.count(method, status, seconds if status == "OK" else None)


def count_refusal(method: str, status: str) -> None:
    """Count a request that was refused before it was looked at."""
    _counts.count(method, status, None)


def count_answers(
    origin: Callable[[str], str],
    suggestions: Mapping[str, Suggestion],
    missing: Mapping[str, str],
) -> None:
    """Count the answers of all models to one listing; ``origin`` gives the release of a model."""
    for name, suggestion in suggestions.items():
        kind = "abstained" if suggestion.abstained else "suggested"
        _answers(name, kind, origin(name)).inc()
    for name, reason in missing.items():
        _answers(name, reason.partition(":")[0], origin(name)).inc()


def count_variants(experiments: Mapping[str, str]) -> None:
    """Count an answer to a seller; ``experiments`` has the variants by experiment."""
    for experiment, variant in experiments.items():
        _experiment_answers(experiment, variant).inc()


def count_batch(size: int, seconds: float) -> None:
    """Count a batch that was computed."""
    BATCH_SIZE.observe(size)
    BATCH_SECONDS.observe(seconds)


def count_model(name: str, release: str, seconds: float) -> None:
    """Count the time of a model of this process for one batch."""
    _model_seconds(name, release).observe(seconds)


def count_remote(name: str, seconds: float) -> None:
    """Count the time of a remote predictor that has answered."""
    _remote_seconds(name).observe(seconds)


def mark_served(release: str, created_at: str) -> None:
    """State that this process serves a release; ``created_at`` is its time, ISO 8601."""
    WORKERS.set(1)
    RELEASE.labels(release).set(1)
    if created_at:
        created = datetime.fromisoformat(created_at).timestamp()
        RELEASE_CREATED.labels(release).set(created)


def mark_replaced(release: str) -> None:
    """State that this process does not answer with a release any more where none is named."""
    RELEASE.labels(release).set(0)


def mark_dead(process: int) -> None:
    """Leave a worker that has died out of what is summed over those that live."""
    multiprocess.mark_process_dead(process)


def export(
    host: str,
    port: int,
    shared_folder: str = "",
    collectors: Sequence[Collector] = (),
) -> threading.Thread:
    """Export on ``http://host:port/metrics``, from a thread, which is returned.

    With ``shared_folder`` the metrics of all processes that write there are summed up;
    ``collectors`` are asked for further ones. Raises ``UnavailableError`` where the port is taken.
    """
    registry = REGISTRY
    if shared_folder:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, shared_folder)
    for collector in collectors:
        registry.register(collector)
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


_counts = RequestCounts(REQUESTS, SECONDS)
_answers, _experiment_answers, _model_seconds, _remote_seconds = map(
    _cached, (ANSWERS, EXPERIMENT_ANSWERS, MODEL_SECONDS, REMOTE_SECONDS)
)
