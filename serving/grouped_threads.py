"""Threads whose results reach the event loop in groups.

What depends on results that come together is computed in one batch, which costs less than one by
one. Nobody waits for a timer: a thread that finds nothing more to do hands over what it has.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

GROUP_SECONDS = 0.04
"""Time after which a thread hands over what it has, although more waits."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupedThreads(Generic[Item, Result]):
    """Applies a function to items on threads; all methods are for the event loop."""

    def __init__(
        self, work: Callable[[Item], Result], name: str, n_threads: int
    ) -> None:
        """Apply ``work`` on threads called ``name``."""
        self._work = work
        self._threads = ThreadPoolExecutor(n_threads, name)
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()

    def submit(self, item: Item) -> asyncio.Future[Result]:
        """Return the future result for an item. One that is cancelled before is left out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        self._threads.submit(self._work_on_group, loop)
        return future

    def close(self) -> None:
        """Drop what waits; do not wait for what is being worked on."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while self._waiting:
            self._waiting.popleft()[1].cancel()

    def _work_on_group(self, loop: asyncio.AbstractEventLoop) -> None:
        """Work for a moment on what waits, and hand the results over together."""
        end = time.monotonic() + GROUP_SECONDS
        group: list[tuple[asyncio.Future[Result], Callable[[], None]]] = []
        while time.monotonic() < end:
            try:
                item, future = self._waiting.popleft()
            except IndexError:  # the group before may have taken all
                break
            if not future.done():
                group.append((future, self._work_on(item, future)))
        if group and not loop.is_closed():
            loop.call_soon_threadsafe(_settle, group)

    def _work_on(
        self, item: Item, future: asyncio.Future[Result]
    ) -> Callable[[], None]:
        """Return what settles a future; only the event loop may call it."""
        try:
            return partial(future.set_result, self._work(item))
        except Exception as error:
            return partial(future.set_exception, error)


def _settle(
    group: Sequence[tuple[asyncio.Future[Result], Callable[[], None]]],
) -> None:
    for future, settle in group:
        if not future.done():
            settle()
