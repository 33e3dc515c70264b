"""Runs the graph on this machine: every step a process, Kubeflow's chatter in a log file."""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from common.child_processes import python_environment
from common.crash_points import VARIABLE as CRASH_AT
from common.errors import (
    ArtifactError,
    GateError,
    InputError,
    ListrecError,
    UnavailableError,
)
from common.runs.records import RunRecords
from common.settings import Settings
from common.store.storage import Storage
from pipelines.training import process
from pipelines.training.attempts import retrying
from pipelines.training.events import Event, Reader
from pipelines.training.resources import Resources, parse_resources

EXECUTOR = "kfp.dsl.executor_main"
"""The module of Kubeflow that runs a step."""


def train(
    settings: Settings,
    targets: Sequence[str],
    arguments: Mapping[str, Any],
    listen: Callable[[Event], None],
    resources: Resources | None = None,
) -> list[Event]:
    """Run the graph for these targets, call ``listen`` with every event, and return all events.

    ``arguments`` are those of the pipeline (see ``graph.render``). ``resources`` say how long a
    step may take and how often it is tried again; this machine has no other limits. The error of a
    step is raised here as the error it was; its message names the log under ``home/logs``.
    """
    from kfp import local

    from pipelines.training import graph

    run, log = _create_run(settings, graph.pipeline_label(targets))
    event_file = run / "events.jsonl"
    environment = _step_environment(settings, event_file)
    pipeline = graph.render(
        targets, environment=environment, in_turn=True, run=run.name
    )

    attempts = retrying(
        resources or _default_resources(),
        event_file,
        RunRecords(Storage(settings.store), run.name),
    )
    events: list[Event] = []
    with _follow(event_file, events, listen), _quiet(log), _any_path(), attempts:
        local.init(local.SubprocessRunner(use_venv=False), pipeline_root=str(run))
        try:
            pipeline(**arguments)
        except RuntimeError as error:  # Kubeflow's error for a failed step
            failure = error
        else:
            return events
    raise _step_error(events, failure, log)


def _default_resources() -> Resources:
    """Return the built-in limits; a step that is to crash would crash again, so it is not tried."""
    retries = {"retries": 0} if os.environ.get(CRASH_AT) else {}
    return parse_resources({"default": retries})


def _create_run(settings: Settings, label: str) -> tuple[Path, Path]:
    """Create the folder of a run; return it and the path of its log."""
    run = settings.home / "runs" / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{label}"
    log = settings.home / "logs" / f"{run.name}.log"
    run.mkdir(parents=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    return run, log


def _step_environment(settings: Settings, event_file: Path) -> dict[str, str]:
    """Return the variables that make a step's process read the settings of this one."""
    return {
        # Kubeflow starts steps in the current folder, which may be a project of the user's.
        **python_environment(os.environ),
        "LISTREC_HOME": str(settings.home),
        "LISTREC_STORE": settings.store,
        "LISTREC_TEAM": settings.team,
        "LISTREC_COMMIT": settings.commit,
        "LISTREC_USER": settings.user,
        "LISTREC_REUSE_STEPS": str(int(settings.reuse_steps)),
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
        "LISTREC_TRACKING_TIMEOUT": str(settings.tracking_timeout),
        "PYTHONUNBUFFERED": "1",
        process.EVENTS: str(event_file),
    }


@contextlib.contextmanager
def _follow(
    path: Path, events: list[Event], listen: Callable[[Event], None]
) -> Iterator[None]:
    """Read events in a thread while the steps run, and the last ones when they are done."""
    reader = Reader(path)
    done = threading.Event()

    def read() -> None:
        """Hand on the events that are new."""
        for event in reader.new():
            events.append(event)
            listen(event)

    def poll() -> None:
        """Read events until the steps are done."""
        while not done.wait(0.1):
            read()

    thread = threading.Thread(target=poll, name="events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        read()


@contextlib.contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Send everything that Kubeflow prints to a file; the terminal shows events instead."""
    with (
        log.open("w", encoding="utf-8") as file,
        contextlib.redirect_stdout(file),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # it warns that this is no cluster
        yield


@contextlib.contextmanager
def _any_path() -> Iterator[None]:
    """Let Python and all other paths have blanks, quotes and ``python3`` in their names.

    Kubeflow replaces ``python3`` by the path of Python in the shell program of a step, without
    quotes, and in the arguments too.
    """
    from kfp.local import subprocess_task_handler as handler

    original = handler.replace_python_executable
    handler.replace_python_executable = _with_python
    try:
        yield
    finally:
        handler.replace_python_executable = original


def _with_python(command: Sequence[str], executable: str) -> list[str]:
    """Return the command of a step with the path of Python in its shell program, quoted."""
    start = f"{shlex.quote(executable)} -m {EXECUTOR}"
    return [part.replace(f"python3 -m {EXECUTOR}", start) for part in command]


def _step_error(events: Sequence[Event], failure: Exception, log: Path) -> Exception:
    """Return the error that the last failed step reported, as an exception of its kind."""
    failed = [event for event in events if event.kind == "error"]
    if not failed:
        return RuntimeError(f"{failure} The log is {log}")

    # The error was raised in another process; its exit code tells its kind.
    last = failed[-1]
    for kind in (InputError, GateError, ArtifactError, UnavailableError):
        if kind.exit_code == last.exit_code:
            return kind(f"{last.message} (log: {log})")
    return ListrecError(f"{last.message} (log: {log})")
