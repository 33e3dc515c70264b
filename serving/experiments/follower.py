"""A worker follows the experiments of its server: it loads their releases, and applies them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from common.errors import ListrecError
from common.experiments import published
from common.experiments.definition import Experiment, needed_releases
from common.experiments.published import Published
from common.store.release import Release
from models.layers import LAYERS
from models.suggester import Suggester
from serving import metrics
from serving.bugs import report_bug
from serving.experiments.current import today
from serving.experiments.target import ExperimentsTarget
from serving.logs import log
from serving.releases.follower import RETRY_SECONDS, WAIT_SECONDS
from serving.releases.loader import ReleaseLoader
from serving.releases.target import Target

LOG = logging.getLogger(__name__)

INTERVAL = 0.2
"""Seconds between two looks at the target, a small file of this machine."""


class HoldingServer(Protocol):
    """What a follower needs of a server."""

    def releases(self) -> Sequence[Suggester]:
        """The releases that it can answer with."""

    async def may_swap(self, release: str) -> bool:
        """Whether all that it asks in other processes hold a release already."""

    async def try_release(self, loaded: Suggester) -> None:
        """Warm a release up; raise where a model does not answer."""

    def apply(
        self, experiments: Sequence[Experiment], releases: Sequence[Suggester]
    ) -> None:
        """Apply experiments, and hold the releases that they name, in the place of those before."""


@dataclass(slots=True)
class ExperimentsFollower:
    """Applies what is published, and loads the releases that it names.

    The server leaves out an experiment while one of its releases is not held. What was stopped is
    applied at once, also while a release is loaded.

    Attributes:
        loader: loads releases.
        turns: in which workers load one after the other.
        target: names the experiments and the releases that have passed.
        server: answers with the releases.
        day: tells the day in UTC.
    """

    loader: ReleaseLoader
    turns: Target
    target: ExperimentsTarget
    server: HoldingServer
    day: Callable[[], date] = today
    _text: str = ""
    _published: Published = field(default_factory=Published)
    _experiments: tuple[Experiment, ...] = ()
    _held: dict[str, Suggester] = field(default_factory=dict)
    _applied: tuple[tuple[Experiment, ...], Set[str]] = ((), frozenset())
    _has_dropped: bool = False

    def begin(self) -> None:
        """Apply what the other workers do, before the server starts; releases are loaded here."""
        self._read()
        for release in self._lacking():
            try:
                loaded = self.loader.load_now(release, self.server.releases())
                self._held[release.id] = loaded
            except Exception as error:
                report_bug(error, "a release")  # it is tried again
        self._apply()
        metrics.EXPERIMENTS.labels(self._published.number).set(1)

    async def run(self) -> None:
        """Follow until cancelled."""
        loading = asyncio.ensure_future(self._keep_loading())
        try:
            while True:
                self._read()
                self._apply()
                await asyncio.sleep(INTERVAL)
        finally:
            loading.cancel()
            self.loader.close()

    def _read(self) -> None:
        text = self.target.read_text()
        if text == self._text:
            return
        metrics.EXPERIMENTS.labels(self._published.number).set(0)
        self._text = text
        self._published = published.parse(text)
        self._experiments = self._published.experiments(LAYERS)
        metrics.EXPERIMENTS.labels(self._published.number).set(1)

    def _apply(self) -> None:
        """Apply the experiments that are not over, and hold the releases that they need."""
        day = self.day()
        experiments = tuple(each for each in self._experiments if not each.is_over(day))
        needed = needed_releases(experiments, day)
        self._held = {key: self._held[key] for key in self._held if key in needed}
        lacking = len(needed) - len(self._held)
        metrics.EXPERIMENTS_NOT_LOADED.labels("release").set(lacking)
        if (experiments, self._held.keys()) == self._applied:
            return

        self._has_dropped |= bool(self._applied[1] - self._held.keys())
        self.server.apply(experiments, tuple(self._held.values()))
        self._applied = experiments, set(self._held)
        metrics.EXPERIMENTS_RELOADS.labels("taken").inc()
        fields = {
            "number": self._published.number,
            "experiments": [each.key for each in experiments],
            "releases": list(self._held),
        }
        log(LOG, logging.INFO, "experiments taken", **fields)

    async def _keep_loading(self) -> None:
        while True:
            for release in self._lacking():
                await self._take(release)
            if self._has_dropped:
                self._has_dropped = False
                await self.loader.return_memory()
            await asyncio.sleep(INTERVAL)

    def _lacking(self) -> list[Release]:
        """Return the releases that have passed and are not held."""
        needed = needed_releases(self._experiments, self.day()) - self._held.keys()
        passed = (self.target.release(each) for each in sorted(needed))
        return [each for each in passed if each is not None]

    async def _take(self, release: Release) -> None:
        if not await self.server.may_swap(release.id):
            await asyncio.sleep(WAIT_SECONDS)
            return
        started = time.monotonic()
        try:
            async with self.turns.turn():
                loaded = await self.loader.load(release, self.server.releases())
                await self.server.try_release(loaded)
        except Exception as error:
            await self._leave(release, error)
            return

        self._held[release.id] = loaded
        seconds = round(time.monotonic() - started, 2)
        log(LOG, logging.INFO, "release held", release=release.id, seconds=seconds)

    async def _leave(self, release: Release, error: Exception) -> None:
        """Tell why a release is not held, and wait before the next try."""
        metrics.EXPERIMENTS_RELOADS.labels("failed").inc()
        reason = str(error)
        if not isinstance(error, ListrecError):
            reason = f"a bug, logged as {report_bug(error, 'a release')}"
        fields = {"release": release.id, "reason": reason}
        log(LOG, logging.ERROR, "release of a variant failed", **fields)
        await asyncio.sleep(RETRY_SECONDS)
