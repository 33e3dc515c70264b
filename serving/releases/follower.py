"""A worker follows the target of its server: it loads the release beside the old one, and swaps."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from common.errors import ListrecError
from common.store.release import Release
from models.suggester import Suggester
from serving import metrics
from serving.allocator import return_free_memory
from serving.bugs import report_bug
from serving.logs import log
from serving.releases.source import ReleaseSource
from serving.releases.target import Target

LOG = logging.getLogger(__name__)

INTERVAL = 0.2
"""Seconds between two looks at the target, a small file of this machine."""

RETRY_SECONDS = 5.0

SETTLE_SECONDS = 0.5

SWITCH_INTERVAL = 0.0005
"""Seconds after which the thread that loads gives way to others. Python's default of 5 ms would be
felt, since a request changes threads several times."""

WAIT_SECONDS = 1.0


class SwappableServer(Protocol):
    """What a follower needs of a server."""

    def releases(self) -> Sequence[Suggester]:
        """The releases that it can answer with."""

    async def may_swap(self, release: str) -> bool:
        """Whether all that it asks in other processes hold a release already."""

    async def swap(self, loaded: Suggester) -> None:
        """Warm a release up and answer with it; raise where a model does not answer."""


def load_target(
    loaded: Sequence[Suggester], source: ReleaseSource, target: Target
) -> Suggester:
    """Return the release that a worker starts with: the target, or else the first of ``loaded``.

    A worker that replaces a dead one would otherwise answer with a release of the past.
    """
    release = target.read()
    if release is None:
        return loaded[0]
    try:
        return source.load(release, loaded)
    except Exception as error:
        report_bug(error, "a release")  # the follower tries again
        return loaded[0]


@dataclass(slots=True)
class Follower:
    """Takes over each release that becomes the target.

    Attributes:
        source: loads releases.
        target: names the release to answer with.
        server: answers with the release.
        served: id of the release that it answers with.
    """

    source: ReleaseSource
    target: Target
    server: SwappableServer
    served: str
    _awaited: str = ""
    # Not asyncio's own: at the end of a loop it would be waited for.
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "release")
    )

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            while True:
                await asyncio.sleep(INTERVAL)
                release = self.target.read()
                is_new = release is not None and release.id != self.served
                if release and is_new and await self._may_take(release):
                    await self._take(release)
                    # By then requests are answered that began with the former release.
                    await asyncio.sleep(SETTLE_SECONDS)
                    loop = asyncio.get_running_loop()
                    await loop.run_in_executor(self._thread, _return_memory)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _may_take(self, release: Release) -> bool:
        """Whether predictors of other processes can answer with the release, too."""
        if await self.server.may_swap(release.id):
            return True
        if release.id != self._awaited:
            self._awaited = release.id
            log(LOG, logging.INFO, "release awaited of predictors", release=release.id)
        await asyncio.sleep(WAIT_SECONDS)
        return False

    async def _take(self, release: Release) -> None:
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        try:
            async with self.target.turn():
                loaded = await loop.run_in_executor(self._thread, self._load, release)
                await self.server.swap(loaded)
        except Exception as error:
            await self._stay(release, error)
            return

        metrics.RELEASE_CHANGES.labels("taken").inc()
        seconds = round(time.monotonic() - started, 2)
        fields = {"release": release.id, "former": self.served, "seconds": seconds}
        log(LOG, logging.INFO, "release taken", **fields)
        self.served = release.id

    def _load(self, release: Release) -> Suggester:
        with _short_turns():
            return self.source.load(release, self.server.releases())

    async def _stay(self, release: Release, error: Exception) -> None:
        """Tell why the old release stays, and wait before the next try."""
        metrics.RELEASE_CHANGES.labels("failed").inc()
        is_bug = not isinstance(error, ListrecError)
        reason = (
            f"a bug, logged as {report_bug(error, 'a release')}" if is_bug else error
        )
        fields = {"release": release.id, "reason": str(reason), "served": self.served}
        log(LOG, logging.ERROR, "release failed", **fields)
        await asyncio.sleep(RETRY_SECONDS)


def _return_memory() -> None:
    """Give the memory of the former release back to the system.

    Requests that were refused may have left cycles that hold it. What was freed the allocator
    keeps: after a few changes a worker would have twice the memory.
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
