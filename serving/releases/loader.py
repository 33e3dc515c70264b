"""Loads releases in a worker, on a thread of its own while requests are answered."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from common.store.release import Release
from models.suggester import Suggester
from serving.allocator import return_free_memory
from serving.releases.source import ReleaseSource

SETTLE_SECONDS = 0.5

SWITCH_INTERVAL = 0.0005
"""Seconds after which the thread that loads gives way to others. Python's default of 5 ms would be
felt, since a request changes threads several times."""


class ReleaseLoader:
    """Loads releases of a source."""

    def __init__(self, source: ReleaseSource) -> None:
        """Load what ``source`` has fetched."""
        self._source = source
        # Not asyncio's own: at the end of a loop it would be waited for.
        self._thread = ThreadPoolExecutor(1, "release")

    async def load(self, release: Release, loaded: Sequence[Suggester]) -> Suggester:
        """Load a release beside those that are ``loaded``, with which it may share parts."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._load, release, loaded)

    def load_now(self, release: Release, loaded: Sequence[Suggester]) -> Suggester:
        """Load a release where no request waits, before a server starts."""
        return self._source.load(release, loaded)

    async def return_memory(self) -> None:
        """Give the memory of a release that was dropped back to the system, after a while."""
        # By then requests are answered that began with it.
        await asyncio.sleep(SETTLE_SECONDS)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, _return_memory)

    def close(self) -> None:
        """Load nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _load(self, release: Release, loaded: Sequence[Suggester]) -> Suggester:
        with _short_turns():
            return self._source.load(release, loaded)


def _return_memory() -> None:
    """Give memory back to the system.

    Requests that were refused may have left cycles that hold a release. What was freed the
    allocator keeps: after a few changes a worker would have twice the memory.
    """
    gc.collect()
    return_free_memory()


@contextmanager
def _short_turns() -> Iterator[None]:
    former = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(former)
