"""Runs one step in a process of its own: the ``main`` of every component."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import ListrecError
from common.progress import Progress
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.training.events import Writer

EVENTS = "LISTREC_EVENTS"
"""Variable with the file that a local run reads events from; unset on a cluster."""


@dataclass(frozen=True, slots=True)
class Context:
    """The first argument of every step.

    Attributes:
        settings: settings of the step's process.
        store: artifacts and releases.
        progress: takes a message and the fraction done.
        note: takes a sentence that is worth reading after the run.
    """

    settings: Settings
    store: ReleaseStore
    progress: Progress
    note: Callable[[str], None] = print


def run(step: Callable[..., Any], subject: str, *arguments: Any) -> Any:
    """Call ``step(context, *arguments)`` and report its start, its result or its error.

    ``subject`` is the target or release that the step works on. Errors are raised again, so that
    the orchestrator sees a failed task.
    """
    settings = Settings.from_environment(os.environ)
    event_file = os.environ.get(EVENTS)
    writer = Writer(Path(event_file) if event_file else None, step.__name__, subject)

    writer.write("start")
    try:
        context = Context(settings, ReleaseStore(settings.store), writer, writer.note)
        result = step(context, *arguments)
    except Exception as error:
        exit_code = getattr(error, "exit_code", 1)
        writer.write("error", message=_describe_error(error), exit_code=exit_code)
        raise
    writer.write("done", result=result)
    return result


def _describe_error(error: Exception) -> str:
    if isinstance(error, ListrecError):
        return str(error)
    return f"a bug ({type(error).__name__}: {error})"
