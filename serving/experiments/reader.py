"""The process of a server that reads what is published of experiments, many times a minute."""

from __future__ import annotations

import logging
import select
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from common.errors import ArtifactError, InputError, ListrecError
from common.experiments import published
from common.experiments.checks import check_layers
from common.experiments.published import Published
from common.store.storage import Storage
from models.layers import LAYERS
from serving import metrics
from serving.experiments.target import ExperimentsTarget
from serving.logs import log

LOG = logging.getLogger(__name__)

PROBLEMS = ("refused", "unreachable")
"""Why experiments that are published are not applied."""


@dataclass(slots=True)
class ExperimentsReader:
    """Makes what is published the target of the workers, once it is legal.

    It keeps its connection to the store, and so may not fork.

    Attributes:
        store: URL of the store.
        target: what the workers apply.
        seconds: time between two looks at the store.
    """

    store: str
    target: ExperimentsTarget
    seconds: float
    _accepted: Published = field(default_factory=Published)
    _problem: str = ""

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Read until a signal ends this process, or ``lifeline`` is closed by the other side.

        Signals are not handled: one ends a request that hangs, too.
        """
        # A reader that has died is replaced, and goes on where it was.
        self._accepted = self.target.read()
        self._clear_problems()
        storage = Storage(self.store)
        ready()
        while True:
            self._look(storage)
            if select.select([lifeline], [], [], self.seconds)[0]:
                return

    def _look(self, storage: Storage) -> None:
        try:
            found = published.read(storage)
        except ArtifactError as error:
            self._keep("refused", error)
            return
        except ListrecError as error:
            self._keep("unreachable", error)
            return

        if found.number == 0 < self._accepted.number:
            gone = ArtifactError(f"{published.KEY} is not in the store any more")
            self._keep("refused", gone)
        elif found != self._accepted or self._problem:
            self._accept(found)

    def _accept(self, found: Published) -> None:
        try:
            check_layers(found.experiments(LAYERS))
        except InputError as error:
            # What is stopped harms sellers: stops count whatever else is published.
            self._write(replace(self._accepted, stops=found.stops))
            self._keep("refused", error)
            return

        self._write(found)
        self._problem = ""
        self._clear_problems()
        log(LOG, logging.INFO, "experiments accepted", number=found.number)

    def _clear_problems(self) -> None:
        for reason in PROBLEMS:
            metrics.EXPERIMENTS_RELOADS.labels(reason)  # 0 from the start on
            metrics.EXPERIMENTS_NOT_LOADED.labels(reason).set(0)

    def _write(self, accepted: Published) -> None:
        if accepted != self._accepted:
            self.target.write(accepted)
            self._accepted = accepted

    def _keep(self, result: str, error: Exception) -> None:
        """Tell why the experiments before stay, once for each reason."""
        if str(error) == self._problem:
            return
        self._problem = str(error)
        self._clear_problems()
        metrics.EXPERIMENTS_RELOADS.labels(result).inc()
        metrics.EXPERIMENTS_NOT_LOADED.labels(result).set(1)
        fields = {"reason": str(error), "served": self._accepted.number}
        log(LOG, logging.ERROR, f"experiments {result}", **fields)
