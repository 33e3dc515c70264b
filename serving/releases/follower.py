"""A worker follows the target of its server: it loads the release beside the old one, and swaps."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from common.errors import ListrecError
from common.store.release import Release
from models.suggester import Suggester
from serving import metrics
from serving.bugs import report_bug
from serving.logs import log
from serving.releases.loader import ReleaseLoader
from serving.releases.source import ReleaseSource
from serving.releases.target import Target

LOG = logging.getLogger(__name__)

INTERVAL = 0.2
"""Seconds between two looks at the target, a small file of this machine."""

RETRY_SECONDS = 5.0

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
        loader: loads releases.
        target: names the release to answer with.
        server: answers with the release.
        served: id of the release that it answers with.
    """

    loader: ReleaseLoader
    target: Target
    server: SwappableServer
    served: str
    _awaited: str = ""

    async def run(self) -> None:
        """Follow until cancelled."""
        try:
            while True:
                await asyncio.sleep(INTERVAL)
                release = self.target.read()
                is_new = release is not None and release.id != self.served
                if release and is_new and await self._may_take(release):
                    await self._take(release)
                    await self.loader.return_memory()
        finally:
            self.loader.close()

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
        started = time.monotonic()
        try:
            async with self.target.turn():
                loaded = await self.loader.load(release, self.server.releases())
                await self.server.swap(loaded)
        except Exception as error:
            await self._stay(release, error)
            return

        metrics.RELEASE_CHANGES.labels("taken").inc()
        seconds = round(time.monotonic() - started, 2)
        fields = {"release": release.id, "former": self.served, "seconds": seconds}
        log(LOG, logging.INFO, "release taken", **fields)
        self.served = release.id

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
