"""The process of a server that watches the champion, and tries a new one before it is served."""

from __future__ import annotations

import logging
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

from common.errors import ArtifactError, ListrecError
from common.store.release import dump_release, parse_release
from serving import metrics
from serving.logs import log
from serving.releases.child import run_in_child
from serving.releases.source import ReleaseSource
from serving.releases.target import Target
from serving.workers import STOP_SIGNALS

LOG = logging.getLogger(__name__)

POLL_LIMIT = 30.0
"""Seconds that the store has to name the champion."""

CHECK_LIMIT = 600.0
"""Seconds for fetching a release, loading it and asking it about the golden listings."""

RESULTS = ("refused", "unreachable")
"""What may become of a new champion that is not served."""

MIN_RETRY, MAX_RETRY = 1.0, 600.0
"""Seconds after which a release that failed is tried again: at first, and after many failures."""


@dataclass(slots=True)
class Watcher:
    """Makes each new champion the target of the workers, once it has passed.

    Attributes:
        source: where releases come from.
        target: what the workers answer with.
        seconds: time between two looks at the champion.
        served: id of the release that is the target.
    """

    source: ReleaseSource
    target: Target
    seconds: float
    served: str
    _failed: str = ""
    _retry_seconds: float = MIN_RETRY
    _retry_at: float = 0.0
    _is_stopping: bool = False

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Watch until SIGTERM, or until ``lifeline`` is closed by the other side."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        try:
            # A watcher that has died is replaced, and goes on where it was.
            for result in RESULTS:
                metrics.RELEASE_CHANGES.labels(result)  # 0 from the start on
            target = self.target.read()
            self.served = target.id if target else self.served
            ready()
            while not self._must_stop(lifeline):
                self._look(lifeline)
        except KeyboardInterrupt:
            pass

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # Python drops the exception where it interrupts a hook of a fork.
        self._is_stopping = True
        raise KeyboardInterrupt

    def _must_stop(self, lifeline: int) -> bool:
        """Wait until it is time for another look; return whether there is none."""
        if self._is_stopping:
            return True
        return bool(select.select([lifeline], [], [], self.seconds)[0])

    def _look(self, lifeline: int) -> None:
        try:
            champion = run_in_child(self.source.champion, POLL_LIMIT, [lifeline])
        except ListrecError as error:
            log(LOG, logging.WARNING, "champion not read", reason=str(error))
            metrics.RELEASE_CHANGES.labels("unreachable").inc()
            return
        if champion in ("", self.served) or self._must_wait(champion):
            return

        started = time.monotonic()
        try:
            task = partial(check, self.source, champion)
            text = run_in_child(task, CHECK_LIMIT, [lifeline])
        except ListrecError as error:
            self._refuse(champion, error)
            return
        self.target.write(parse_release(text, champion))
        self.served = champion
        seconds = round(time.monotonic() - started, 2)
        log(LOG, logging.INFO, "release passed", release=champion, seconds=seconds)

    def _must_wait(self, champion: str) -> bool:
        """Whether a champion has failed a moment ago; another one is tried at once."""
        if champion != self._failed:
            self._failed, self._retry_seconds = "", MIN_RETRY
            return False
        return time.monotonic() < self._retry_at

    def _refuse(self, champion: str, error: ListrecError) -> None:
        """Tell why the old release stays, and when this one is tried again."""
        result = "refused" if isinstance(error, ArtifactError) else "unreachable"
        metrics.RELEASE_CHANGES.labels(result).inc()
        log(
            LOG,
            logging.ERROR,
            f"release {result}",
            release=champion,
            reason=str(error),
            served=self.served,
        )
        self._failed = champion
        self._retry_at = time.monotonic() + self._retry_seconds
        self._retry_seconds = min(2 * self._retry_seconds, MAX_RETRY)


def check(source: ReleaseSource, release_id: str) -> str:
    """Check a release as ``ReleaseSource.check`` does; return its manifest, for another process."""
    return dump_release(source.check(release_id))
