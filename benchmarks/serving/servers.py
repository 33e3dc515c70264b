"""The servers of the benchmark, each started as users start it, in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

import models
from benchmarks.serving.echo import MODULE as ECHO_MODULE
from common.errors import UnavailableError

LISTREC = (sys.executable, "-c", "from cli.main import run; run()")

STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers.

    Attributes:
        address: where, ``host:port``.
        roots: its processes, each with children.
        start_seconds: time from its start until it said that it was ready.
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
        times = [process.cpu_times() for process in self.processes()]
        return float(sum(time.user + time.system for time in times))

    def memory(self) -> list[float]:
        """Memory of each process in MB, shared pages divided among those that share them."""
        return [process.memory_full_info().pss / 1e6 for process in self.processes()]


@contextmanager
def echo(answer: Path) -> Iterator[Running]:
    """Run the echo; it answers with the message in a file."""
    with _started([sys.executable, "-m", ECHO_MODULE, str(answer)]) as running:
        yield running


@contextmanager
def ours(workers: int) -> Iterator[Running]:
    """Run ``listrec serve`` with the champion."""
    command = [*LISTREC, "serve", "--port", "0", "--workers", str(workers)]
    with _started(command) as running:
        yield running


@contextmanager
def four_predictors() -> Iterator[Running]:
    """Run a suggester and one predictor a model, each of one process."""
    one = ["--port", "0", "--workers", "1"]
    with ExitStack() as stack:
        predictors = {
            name: stack.enter_context(
                _started([*LISTREC, "serve", "predictor", name, *one])
            )
            for name in models.NAMES
        }
        addresses: list[str] = []
        for name, predictor in predictors.items():
            addresses += ["--predictor", f"{name}={predictor.address}"]
        command = [*LISTREC, "serve", "suggester", *addresses, *one]
        suggester = stack.enter_context(_started(command))
        roots = [running.roots[0] for running in (suggester, *predictors.values())]
        yield Running(suggester.address, tuple(roots), suggester.start_seconds)


@contextmanager
def _started(command: Sequence[str]) -> Iterator[Running]:
    """Run a command whose first line ends with the address that it answers on."""
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        # Threads of BLAS would compete with requests; a user's own number wins.
        env={"OMP_NUM_THREADS": "1"} | os.environ,
        stdout=subprocess.PIPE,
        # Lines of the log are written, as in production, and thrown away.
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise UnavailableError(
                    f"{command[-1]!r} did not start: try 'listrec serve' to see why"
                )
            seconds = time.perf_counter() - started
            root = psutil.Process(process.pid)
            yield Running(line.split()[-1], (root,), seconds)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
