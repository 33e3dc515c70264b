"""A circuit breaker: who does not answer, or wrongly, is left alone for a while.

Source: Nygard, Release It!, 2007.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

MAX_FAILURES = 5
"""Failures in a row after which the circuit opens."""

OPEN_SECONDS = 1.0
"""Time for which nothing is asked then; after it one request tries again."""


@dataclass(slots=True)
class CircuitBreaker:
    """Counts failures in a row.

    Attributes:
        clock: time in seconds.
        n_failures: failures since the last success.
        open_until: time until which nothing is to be asked.
    """

    clock: Callable[[], float] = time.monotonic
    n_failures: int = 0
    open_until: float = 0.0

    def allows(self) -> bool:
        """Tell whether a request may be sent; at the end of the time one may."""
        if self.n_failures < MAX_FAILURES:
            return True
        now = self.clock()
        if now < self.open_until:
            return False
        # Others wait for the result of this one.
        self.open_until = now + OPEN_SECONDS
        return True

    def succeed(self) -> None:
        """Note an answer: the circuit closes."""
        self.n_failures = 0

    def fail(self) -> None:
        """Note that there was no answer, or a wrong one."""
        self.n_failures += 1
        if self.n_failures >= MAX_FAILURES:
            self.open_until = self.clock() + OPEN_SECONDS
