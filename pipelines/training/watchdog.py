"""Runs a command that may not take longer than it should."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence


def run_limited(
    command: Sequence[str], variables: Mapping[str, str], seconds: float
) -> tuple[int, bool]:
    """Run a command and print its output; return its exit code, and whether its time was up.

    The command and all that it started are killed after ``seconds``, and where this process is
    interrupted. ``variables`` are added to the environment.
    """
    process = _start(command, variables)
    with process, _time_limit(process, seconds) as is_late:
        assert process.stdout is not None, "a pipe was asked for"
        for line in process.stdout:
            print(line, end="")
        return process.wait(), is_late.is_set()


def _start(
    command: Sequence[str], variables: Mapping[str, str]
) -> subprocess.Popen[str]:
    # A session of its own, so that the shell of a step is killed together with its Python.
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **variables},
        start_new_session=True,
    )


@contextlib.contextmanager
def _time_limit(
    process: subprocess.Popen[str], seconds: float
) -> Iterator[threading.Event]:
    """Kill a process whose time is up, and what is left of it at the end of the block.

    Yields an event that is set where its time was up.
    """
    is_late = threading.Event()

    def end() -> None:
        """Kill a process whose time is up."""
        is_late.set()
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()
        if process.poll() is None:
            _kill(process)
            process.wait()


def _kill(process: subprocess.Popen[str]) -> None:
    # It may just have ended.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
