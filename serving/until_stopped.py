"""The loop of a process that repeats a task until it is told to stop."""

from __future__ import annotations

import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from serving.workers import STOP_SIGNALS


@dataclass(slots=True)
class UntilStopped:
    """Calls a task until SIGTERM, or until a pipe is closed by the other side.

    A task that waits for a child is interrupted, so that it can end it.

    Attributes:
        task: called with the file descriptor of the pipe.
        seconds: time between two calls.
    """

    task: Callable[[int], None]
    seconds: float
    _is_stopping: bool = False

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Repeat the task until told to stop; call ``ready`` once signals are heard."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        try:
            ready()
            while not self._must_stop(lifeline):
                self.task(lifeline)
        except KeyboardInterrupt:
            pass

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # Python drops the exception where it interrupts a hook of a fork.
        self._is_stopping = True
        raise KeyboardInterrupt

    def _must_stop(self, lifeline: int) -> bool:
        """Wait until it is time for another call; return whether there is none."""
        if self._is_stopping:
            return True
        return bool(select.select([lifeline], [], [], self.seconds)[0])
