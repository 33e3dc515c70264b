"""What is read from a store or a database: in a thread, not too often, and without waiting long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from common.errors import ListrecError
from serving.bugs import report_bug

T = TypeVar("T")

MAX_AGE = 5.0
"""Seconds for which what was read is shown without reading again."""

REST = 10
"""How much longer than a reading took there is none, at least: a console takes a tenth of a core
from a database, and no more."""

PATIENCE = 3.0
"""Seconds that a request waits for what is read; the reading goes on."""

LATE = 30.0
"""Seconds after which a reading that goes on is a problem."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What was read last.

    Attributes:
        value: what it was, or ``None`` before the end of the first time.
        read_at: when, ISO 8601 in UTC, or empty.
        problem: why there is nothing newer, in a sentence, or empty.
    """

    value: T | None = None
    read_at: str = ""
    problem: str = ""


class Reader(Generic[T]):
    """Reads one thing, once at a time, for all requests."""

    def __init__(
        self,
        read: Callable[[], T],
        max_age: float = MAX_AGE,
        patience: float = PATIENCE,
        late: float = LATE,
    ) -> None:
        """Read by ``read``, which may block."""
        self._read = read
        self._max_age = max_age
        self._patience = patience
        self._late = late
        # Not the loop's own threads: the end of the loop would wait for a store that is away.
        self._thread = ThreadPoolExecutor(1)
        self._work: asyncio.Future[Reading[T]] | None = None
        self._reading: Reading[T] = Reading()
        self._began = self._next = float("-inf")

    async def get(self) -> Reading[T]:
        """Return what is read within ``patience``, else what was read before."""
        if self._work is None and time.monotonic() > self._next:
            self._began = time.monotonic()
            loop = asyncio.get_running_loop()
            self._work = loop.run_in_executor(self._thread, self._try)
            self._work.add_done_callback(self._keep)
        if self._work is not None:
            await asyncio.wait([self._work], timeout=self._patience)
        if self._work is not None and time.monotonic() > self._began + self._late:
            return self._with_problem("there was no answer yet")
        return self._reading

    def _try(self) -> Reading[T]:
        try:
            value = self._read()
        except ListrecError as error:
            problem = str(error)
        except Exception as error:
            problem = f"a bug, logged as {report_bug(error, 'the console')}"
        else:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            return Reading(value, now)
        return self._with_problem(problem)

    def _with_problem(self, problem: str) -> Reading[T]:
        return Reading(self._reading.value, self._reading.read_at, problem)

    def _keep(self, work: asyncio.Future[Reading[T]]) -> None:
        self._reading = work.result()
        self._work = None
        now = time.monotonic()
        self._next = now + max(self._max_age, REST * (now - self._began))
