"""What the gateway counts, for Prometheus, beside what servers count."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Histogram

from serving.metrics import SECONDS_BUCKETS

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


def count(route: str, status: int, seconds: float) -> None:
    """Count a request to an address of ours, or to ``other``."""
    _requests(route, status).inc()
    # Refusals are fast: beside them slow answers would not be seen.
    if status < 400:
        _seconds(route).observe(seconds)


_requests = lru_cache(maxsize=256)(REQUESTS.labels)
_seconds = lru_cache(maxsize=64)(SECONDS.labels)
