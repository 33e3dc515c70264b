"""A task in a process of its own: it may hang, crash or take memory, and the caller lives on."""

from __future__ import annotations

import json
import logging
import math
import os
import select
import signal
import time
from collections.abc import Callable, Sequence

from common.errors import ArtifactError, InputError, ListrecError, UnavailableError
from serving.bugs import report_bug
from serving.workers import STOP_SIGNALS

LOWER_PRIORITY = 5
"""A release can wait: a worker has three times its share of a busy core."""

ERRORS: tuple[type[ListrecError], ...] = (InputError, ArtifactError, UnavailableError)
"""Errors that reach the caller."""


def run_in_child(
    task: Callable[[], str], seconds: float, watched: Sequence[int] = ()
) -> str:
    """Run ``task`` in a forked process; return its text.

    Clients of object stores have threads, which a fork would lose: no process that forks others
    opens a store itself.

    Raises what ``task`` raises among ``ERRORS``, ``ArtifactError`` for a bug in it, and
    ``UnavailableError`` when it takes more than ``seconds``, when its process dies, or when one of
    the file descriptors ``watched`` is closed by the other side.
    """
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        # It ends by itself, should this process die.
        signal.alarm(math.ceil(seconds) + 1)
        _run(task, writing)
    os.close(writing)
    try:
        return _to_text(_read(reading, time.monotonic() + seconds, watched))
    finally:
        os.close(reading)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _run(task: Callable[[], str], pipe: int) -> None:
    """Run a task, write what comes of it, and end this process."""
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.nice(LOWER_PRIORITY)
        with os.fdopen(pipe, "w", encoding="utf-8") as out:
            json.dump(_outcome(task), out)
    finally:
        # Not sys.exit: what was there before the fork is for the other process to clean up.
        logging.shutdown()
        os._exit(0)


def _outcome(task: Callable[[], str]) -> dict[str, str]:
    try:
        return {"text": task()}
    except ERRORS as error:
        kind = next(kind for kind in ERRORS if isinstance(error, kind))
        return {"error": kind.__name__, "message": str(error)}
    except Exception as error:
        number = report_bug(error, "a release")
        message = f"a bug while loading or asking it, logged as {number}"
        return {"error": ArtifactError.__name__, "message": message}


def _read(pipe: int, deadline: float, watched: Sequence[int]) -> bytes:
    """Read to the end; raise ``UnavailableError`` at the deadline, or when ``watched`` closes."""
    parts: list[bytes] = []
    while True:
        remaining = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([pipe, *watched], [], [], remaining)
        if pipe not in ready:
            raise UnavailableError("it took too long" if not ready else "stopping")
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _to_text(data: bytes) -> str:
    if not data:
        raise UnavailableError("its process died")
    outcome = json.loads(data)
    for kind in ERRORS:
        if outcome.get("error") == kind.__name__:
            raise kind(outcome["message"])
    return str(outcome["text"])
