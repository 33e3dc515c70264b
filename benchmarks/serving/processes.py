"""Processes of the benchmark: started, measured, and stopped with everything that they started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers.

    Attributes:
        address: where, ``host:port``.
        roots: its processes, each with children.
        start_seconds: time from its start until it said that it was ready, or a peer answered.
    """

    address: str
    roots: tuple[psutil.Process, ...]
    start_seconds: float

    def processes(self) -> list[psutil.Process]:
        """All processes, each before its children."""
        found = []
        for root in self.roots:
            found += [root, *root.children(recursive=True)]
        return found

    def cpu_seconds(self) -> float:
        """Processor time of all processes so far."""
        seconds = 0.0
        for process in self.processes():
            # Some processes live for a moment only.
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                seconds += times.user + times.system
        return seconds

    def memory(self) -> list[float]:
        """Memory of each process in MB, shared pages divided among those that share them."""
        megabytes = []
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                megabytes.append(process.memory_full_info().pss / 1e6)
        return megabytes


@contextmanager
def start(
    command: Sequence[str], environment: Mapping[str, str], output: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command, and stop it with all its children at the end.

    ``output`` is a file for its output, or ``subprocess.PIPE`` for what it prints; lines of a log
    are thrown away then.
    """
    with subprocess.Popen(
        command,
        # Threads of BLAS would compete with requests; a user's own number wins.
        env={"OMP_NUM_THREADS": "1", **os.environ, **environment},
        stdout=output,
        stderr=subprocess.DEVNULL if output == subprocess.PIPE else output,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process, and kill what outlives it: children of some peers do."""
    processes = []
    if process.poll() is None:
        root = psutil.Process(process.pid)
        processes = root.children(recursive=True)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    _, alive = psutil.wait_procs(processes, 1)
    for child in alive:
        child.kill()
    psutil.wait_procs(alive, 1)
    # Children of a process that died by itself are in its group still.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
