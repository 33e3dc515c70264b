"""Batches what waits: one thread computes for all requests, and the event loop stays free.

A batch is whatever waited when the one before was done, so nobody waits for a timer: a request
alone is computed at once, and under load batches grow by themselves. What could not be computed in
time is refused at once: a queue of late answers would help nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from common.errors import OverloadError
from serving import metrics, tracing
from serving.tracing import Span

MEMORY = 0.9
"""Weight of the batches so far beside the next one, in the time that a listing takes."""

MIN_RETRY_SECONDS = 0.01

Job = TypeVar("Job")

Compute = Callable[[Sequence[Job]], None]
"""Computes the answers of jobs and stores them in the jobs, on the thread of the batcher."""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Job]):
    """A job in the queue.

    Attributes:
        job: what is to be computed.
        size: its size in listings.
        deadline: time of the loop's clock after which nobody wants the answer.
        done: set to whether it was computed.
        span: the span of its request.
        queued: the span of its time in the queue.
    """

    job: Job
    size: int
    deadline: float
    done: asyncio.Future[bool]
    span: Span
    queued: Span


class Batcher(Generic[Job]):
    """A bounded queue of jobs, and the thread that computes them in batches.

    All methods are for the event loop; ``compute`` alone runs on the thread.
    """

    def __init__(
        self,
        compute: Compute[Job],
        name: str,
        max_batch: int,
        max_waiting: int,
    ) -> None:
        """Compute on a thread called ``name``.

        A batch has at most ``max_batch`` listings, or one job that is larger; at most
        ``max_waiting`` listings wait, or one job.
        """
        self._compute = compute
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._thread = ThreadPoolExecutor(1, name)
        self._queue: deque[_Waiting[Job]] = deque()
        # Numbers of listings.
        self._n_waiting = self._n_computing = 0
        # Recent seconds and listings of batches; their quotient is the time of a listing.
        self._seconds = self._listings = 0.0

    async def run(self, job: Job, size: int, deadline: float) -> bool:
        """Wait until a job of ``size`` listings is computed, or ``deadline`` has passed.

        Returns whether it is complete: an answer that comes too late may be stored in part.
        Raises ``OverloadError`` at once when it would not be computed in time, or too much waits,
        and what ``compute`` raises.
        """
        loop = asyncio.get_running_loop()
        self._check_load(size, deadline - loop.time())
        span = tracing.current()
        done: asyncio.Future[bool] = loop.create_future()
        waiting = _Waiting(job, size, deadline, done, span, span.child("queue"))
        self._queue.append(waiting)
        self._n_waiting += size
        if self._n_computing:
            metrics.WAITING.set(self._n_waiting)
        elif len(self._queue) == 1:
            # Not at once: what comes in the same turn of the loop is computed together.
            loop.call_soon(self._start_batch)

        timer = loop.call_at(deadline, _expire, waiting.done)
        try:
            return await waiting.done
        finally:
            timer.cancel()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is being computed."""
        return not self._n_computing and not self._queue

    def close(self) -> None:
        """Drop what waits; do not wait for what is being computed."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _check_load(self, size: int, remaining: float) -> None:
        """Raise ``OverloadError`` unless a job can be computed in the ``remaining`` seconds."""
        if self.is_idle:
            return
        n_before = self._n_computing + self._n_waiting
        per_listing = self._seconds / self._listings if self._listings else 0.0
        expected = (n_before + size) * per_listing
        is_too_long = self._queue and self._n_waiting + size > self._max_waiting
        if is_too_long or expected > remaining:
            metrics.REFUSED.inc(size)
            raise OverloadError(
                f"{n_before:,} listings are before this one, about {expected:.2f} seconds of work",
                retry_after=max(n_before * per_listing, MIN_RETRY_SECONDS),
            )

    def _start_batch(self) -> None:
        batch = self._take_batch()
        self._n_computing = sum(waiting.size for waiting in batch)
        metrics.WAITING.set(self._n_waiting)
        if not batch:
            return

        jobs = [waiting.job for waiting in batch]
        loop = asyncio.get_running_loop()
        computed = loop.run_in_executor(self._thread, self._compute, jobs)
        span = tracing.begin_shared("compute", (waiting.span for waiting in batch))
        computed.add_done_callback(partial(self._finish, batch, loop.time(), span))

    def _take_batch(self) -> list[_Waiting[Job]]:
        """Take jobs off the queue, without those that nobody waits for any more."""
        now = asyncio.get_running_loop().time()
        batch: list[_Waiting[Job]] = []
        size = 0
        while self._queue:
            first = self._queue[0]
            is_wanted = not first.done.done() and now < first.deadline
            if is_wanted and batch and size + first.size > self._max_batch:
                break

            self._queue.popleft()
            self._n_waiting -= first.size
            first.queued.end("OK" if is_wanted else "CANCELLED")
            if is_wanted:
                batch.append(first)
                size += first.size
        return batch

    def _finish(
        self,
        batch: Sequence[_Waiting[Job]],
        started: float,
        span: Span,
        computed: asyncio.Future[None],
    ) -> None:
        """Note the time of a batch, start the next one, and answer."""
        seconds = asyncio.get_running_loop().time() - started
        metrics.count_batch(self._n_computing, seconds)
        span.end("OK", listings=self._n_computing)
        self._seconds = MEMORY * self._seconds + seconds
        self._listings = MEMORY * self._listings + self._n_computing

        # The thread has work before the answers are sent.
        self._start_batch()

        error = None if computed.cancelled() else computed.exception()
        for waiting in batch:
            if waiting.done.done():
                continue
            if error is None:
                waiting.done.set_result(not computed.cancelled())
            else:
                waiting.done.set_exception(error)


def _expire(done: asyncio.Future[bool]) -> None:
    if not done.done():
        done.set_result(False)
