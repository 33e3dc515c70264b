"""Several server processes on one port, and the process that watches over them.

The release is loaded once, before they are forked, so that they share its memory. The kernel
spreads connections over them (SO_REUSEPORT), and one that dies is replaced.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from common.errors import ListrecError, UnavailableError
from serving.allocator import return_free_memory
from serving.bugs import report_bug
from serving.logs import log

LOG = logging.getLogger(__name__)

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

MIN_LIFE = 1.0
"""Seconds between the starts of a worker and of its replacement, at least."""

READY = b"."

Serve = Callable[[Callable[[], None], int], None]
"""Serves until SIGTERM, or until a file descriptor, the second argument, is closed by the other
side. Calls the first argument once it is ready."""


@dataclass(slots=True)
class Supervisor:
    """Starts workers and replaces those that die.

    Attributes:
        on_death: called with the process id of a worker that has died.
        workers: what each worker does and when it was started, by its process id.
        is_stopping: whether the workers were told to stop.
    """

    on_death: Callable[[int], None] = lambda process: None
    workers: dict[int, tuple[Serve, float]] = field(default_factory=dict)
    is_stopping: bool = False
    _lifeline: tuple[int, int] = (-1, -1)

    def run(self, works: Sequence[Serve], announce: Callable[[], None]) -> None:
        """Run a worker for each of ``works`` until SIGTERM or SIGINT.

        Calls ``announce`` once all of them are ready.

        Raises ``UnavailableError`` when one of them does not become ready.
        """
        # What was loaded stays: without this the collector would write to pages that are shared.
        gc.collect()
        gc.freeze()
        return_free_memory()

        # Workers stop when the end of this process is closed, be it by its death.
        self._lifeline = os.pipe()
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        try:
            pipes = [self._start(serve) for serve in works]
            failures = list(filter(None, map(_failure, pipes)))
            if not failures:
                announce()
            elif not self.is_stopping:
                raise UnavailableError(failures[0])
            self._watch()
        finally:
            for end in self._lifeline:
                os.close(end)

    def _start(self, serve: Serve) -> int:
        """Start a worker; return a pipe that it writes to once it is ready."""
        ready, worker_end = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(ready)
            os.close(self._lifeline[1])
            self._work(serve, worker_end)
        os.close(worker_end)
        self.workers[process] = (serve, time.monotonic())
        return ready

    def _work(self, serve: Serve, ready: int) -> None:
        """Serve in a worker, and end its process."""
        code = 1
        try:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            serve(lambda: _tell(ready, READY), self._lifeline[0])
            code = 0
        except ListrecError as error:
            log(LOG, logging.ERROR, "worker failed", reason=str(error))
            _tell(ready, str(error).encode())
        except BaseException as error:
            report_bug(error, "a worker")
        finally:
            # Not sys.exit: what was there before the fork is for the other process to clean up.
            logging.shutdown()
            os._exit(code)

    def _watch(self) -> None:
        """Replace workers that die, until all have stopped."""
        while self.workers:
            process, status = os.waitpid(-1, 0)
            worker = self.workers.pop(process, None)
            self.on_death(process)
            if worker is None or self.is_stopping:
                continue

            code = os.waitstatus_to_exitcode(status)
            log(LOG, logging.ERROR, "worker died", process=process, exit=code)
            serve, started = worker
            time.sleep(max(0.0, started + MIN_LIFE - time.monotonic()))
            # A signal may have come while this process slept.
            if not self.is_stopping:
                os.close(self._start(serve))

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True
        for process in self.workers:
            os.kill(process, signal.SIGTERM)


def _tell(pipe: int, message: bytes) -> None:
    """Write to the supervisor, which listens until the worker is ready."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, message)


def _failure(pipe: int) -> str:
    """Wait until a worker is ready; return why it is not, or nothing."""
    try:
        message = os.read(pipe, 4096)
    finally:
        os.close(pipe)
    if message == READY:
        return ""
    return message.decode() or "a server process did not start: its log has the reason"
