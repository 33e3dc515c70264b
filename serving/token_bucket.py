"""A token bucket: so many requests a second, and a burst after a silence."""

from __future__ import annotations

import time


class TokenBucket:
    """Counts the requests of one client; not for several threads."""

    __slots__ = ("_at", "_left", "_rate", "_size")

    def __init__(self, rate: float, size: float) -> None:
        """Admit ``rate`` requests a second, and ``size`` at once after a silence."""
        self._rate = rate
        self._size = size
        self._left = size
        self._at = time.monotonic()

    def take(self) -> float:
        """Count a request; return how many seconds it must wait to be admitted, or 0."""
        now = time.monotonic()
        self._left = min(self._size, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0
