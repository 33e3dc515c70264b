"""Time on the clock and of processors, by part of the work."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up the seconds of the parts.

    Attributes:
        seconds: time on the clock by part.
        cpu_seconds: processor time by part, of this process and of those that it has waited for.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.cpu_seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measure(self, part: str) -> Iterator[None]:
        """Add the time of the block to a part."""
        started, cpu_started = time.perf_counter(), _cpu_seconds()
        try:
            yield
        finally:
            self.seconds[part] += time.perf_counter() - started
            self.cpu_seconds[part] += _cpu_seconds() - cpu_started


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
