"""What the gateway counts, for Prometheus, beside what servers count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common.event_log.backlog import read_backlog
from serving.metrics import SECONDS_BUCKETS, RequestCounts

REQUESTS = Counter("listrec_http_requests", "Requests over HTTP.", ["route", "status"])
SECONDS = Histogram(
    "listrec_http_seconds",
    "Time from a request over HTTP to its answer; refusals are left out.",
    ["route"],
    buckets=SECONDS_BUCKETS,
)
SUGGESTIONS = Counter(
    "listrec_http_suggestions",
    "Answers with suggestions, by how they are shown.",
    ["policy"],
)
EVENTS = Counter("listrec_http_events", "Events of sellers: kept, or lost.", ["result"])
LISTINGS = Counter(
    "listrec_http_listings", "Listings for training: kept, or lost.", ["result"]
)
PHOTOS = Counter(
    "listrec_http_photos",
    "Photos that requests name without their bytes: hit, or miss.",
    ["result"],
)
PHOTO_BYTES = Gauge(
    "listrec_http_photo_bytes",
    "Size of the photos that workers keep for the next request.",
    multiprocess_mode="livesum",
)

# All exist from the start: Prometheus does not see a counter grow that begins at its first value.
for _counter, _results in (
    (EVENTS, ("kept", "lost")),
    (LISTINGS, ("kept", "lost")),
    (PHOTOS, ("hit", "miss")),
):
    for _result in _results:
        _counter.labels(_result)

_counts = RequestCounts(REQUESTS, SECONDS)


def count(route: str, status: int, seconds: float) -> None:
    """Count a request to an address of ours, or to ``other``."""
    _counts.count(route, str(status), None if status >= 400 else seconds)


class BacklogCollector(Collector):
    """What waits in the log of events, read when Prometheus asks.

    A gauge that the drain sets would stand still where the drain hangs.
    """

    def __init__(self, event_log: Path) -> None:
        """Read the folder ``event_log``, which all workers of this machine share."""
        self._event_log = event_log

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the size of what waits, and the age of its oldest segment."""
        backlog = read_backlog(self._event_log)
        oldest = backlog.oldest
        age = max(time.time() - oldest.timestamp(), 0.0) if oldest else 0.0
        yield GaugeMetricFamily(
            "listrec_events_waiting_bytes",
            "Events on the disk that are not in the database yet.",
            value=backlog.bytes,
        )
        yield GaugeMetricFamily(
            "listrec_events_oldest_seconds",
            "Age of the oldest segment that waits, 0 without any.",
            value=age,
        )
