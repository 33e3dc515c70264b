"""The process of a server that tries the releases of variants before they are served."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from common.errors import ListrecError
from common.experiments.definition import needed_releases
from common.store.release import parse_release
from models.layers import LAYERS
from serving import metrics
from serving.experiments.current import today
from serving.experiments.target import ExperimentsTarget
from serving.logs import log
from serving.releases.child import run_in_child
from serving.releases.retries import Retries
from serving.releases.source import ReleaseSource
from serving.releases.watcher import CHECK_LIMIT, check
from serving.until_stopped import UntilStopped

LOG = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between two looks at the target, a file of this machine."""


@dataclass(slots=True)
class VariantReleaseWatcher:
    """Lets workers load each release that a variant names, once it has passed.

    Attributes:
        source: where releases come from.
        target: names the experiments, and gets the releases that have passed.
    """

    source: ReleaseSource
    target: ExperimentsTarget
    _retries: Retries = field(default_factory=Retries)

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Watch until SIGTERM, or until ``lifeline`` is closed by the other side."""
        UntilStopped(self._look, INTERVAL).run(ready, lifeline)

    def _look(self, lifeline: int) -> None:
        experiments = self.target.read().experiments(LAYERS)
        needed = needed_releases(experiments, today())
        self._retries.prune(needed)
        self.target.remove_others(needed)

        for release in sorted(needed):
            if self.target.release(release) is None:
                self._try(release, lifeline)

    def _try(self, release: str, lifeline: int) -> None:
        if self._retries.must_wait(release):
            return
        started = time.monotonic()
        try:
            task = partial(check, self.source, release)
            text = run_in_child(task, CHECK_LIMIT, [lifeline])
        except ListrecError as error:
            self._retries.fail(release)
            metrics.EXPERIMENTS_RELOADS.labels("release_refused").inc()
            fields = {"release": release, "reason": str(error)}
            log(LOG, logging.ERROR, "release of a variant refused", **fields)
            return

        self.target.add_release(parse_release(text, release))
        seconds = round(time.monotonic() - started, 2)
        log(LOG, logging.INFO, "release passed", release=release, seconds=seconds)
