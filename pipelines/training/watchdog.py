"""Runs a command that may not take longer than it should."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence


def run_limited(
    command: Sequence[str], variables: Mapping[str, str], seconds: float
) -> tuple[int, bool]:
    """Run a command and print its output; return its exit code, and whether its time was up.

    The command and all that it started are killed after ``seconds``, and where this process is
    interrupted. ``variables`` are added to the environment.
    """
    # A session of its own, so that the shell of a step is killed together with its Python.
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **variables},
        start_new_session=True,
    )
    is_late = threading.Event()

    def end() -> None:
        """Kill a command whose time is up."""
        is_late.set()
        _kill(process)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    assert process.stdout is not None, "a pipe was asked for"
    try:
        for line in process.stdout:
            print(line, end="")
        return process.wait(), is_late.is_set()
    finally:
        timer.cancel()
        if process.poll() is None:
            _kill(process)
            process.wait()
        process.stdout.close()


def _kill(process: subprocess.Popen[str]) -> None:
    # It may just have ended.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
