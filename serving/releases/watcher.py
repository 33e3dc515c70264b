"""The process of a server that watches the champion, and tries a new one before it is served."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from common.errors import ArtifactError, ListrecError
from common.store.release import dump_release, parse_release
from serving import metrics
from serving.logs import log
from serving.releases.child import run_in_child
from serving.releases.retries import Retries
from serving.releases.source import ReleaseSource
from serving.releases.target import Target
from serving.until_stopped import UntilStopped

LOG = logging.getLogger(__name__)

POLL_LIMIT = 30.0
"""Seconds that the store has to name the champion."""

CHECK_LIMIT = 600.0
"""Seconds for fetching a release, loading it and asking it about the golden listings."""

RESULTS = ("refused", "unreachable")
"""What may become of a new champion that is not served."""


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
    _retries: Retries = field(default_factory=Retries)

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Watch until SIGTERM, or until ``lifeline`` is closed by the other side."""
        for result in RESULTS:
            metrics.RELEASE_CHANGES.labels(result)  # 0 from the start on
        # A watcher that has died is replaced, and goes on where it was.
        target = self.target.read()
        self.served = target.id if target else self.served
        UntilStopped(self._look, self.seconds).run(ready, lifeline)

    def _look(self, lifeline: int) -> None:
        try:
            champion = run_in_child(self.source.champion, POLL_LIMIT, [lifeline])
        except ListrecError as error:
            log(LOG, logging.WARNING, "champion not read", reason=str(error))
            metrics.RELEASE_CHANGES.labels("unreachable").inc()
            return
        # Another champion than the one that has failed is tried at once.
        self._retries.prune([champion])
        if champion in ("", self.served) or self._retries.must_wait(champion):
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
        self._retries.fail(champion)


def check(source: ReleaseSource, release_id: str) -> str:
    """Check a release as ``ReleaseSource.check`` does; return its manifest, for another process."""
    return dump_release(source.check(release_id))
