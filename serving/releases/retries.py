"""When a release that has failed is tried again."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field

MIN_RETRY, MAX_RETRY = 1.0, 600.0
"""Seconds after which a release that failed is tried again: at first, and after many failures."""


@dataclass(slots=True)
class Retries:
    """Releases that have failed: each is left alone for a while, twice as long each time."""

    _seconds: dict[str, float] = field(default_factory=dict)
    _ends: dict[str, float] = field(default_factory=dict)

    def fail(self, release: str) -> None:
        """Leave a release alone for a while."""
        seconds = self._seconds.get(release, MIN_RETRY)
        self._ends[release] = time.monotonic() + seconds
        self._seconds[release] = min(2 * seconds, MAX_RETRY)

    def must_wait(self, release: str) -> bool:
        """Return whether a release has failed a moment ago."""
        return time.monotonic() < self._ends.get(release, 0.0)

    def prune(self, releases: Collection[str]) -> None:
        """Forget the failures of all but these releases: others are tried at once again."""
        for release in self._ends.keys() - set(releases):
            del self._ends[release], self._seconds[release]
