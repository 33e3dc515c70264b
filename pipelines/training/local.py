"""Runs the graph on this machine: every step a process, Kubeflow's chatter in a log file."""

from __future__ import annotations

import contextlib
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from common.errors import (
    ArtifactError,
    GateError,
    InputError,
    ListrecError,
    UnavailableError,
)
from common.settings import Settings
from pipelines.training import process
from pipelines.training.events import Event, Reader

ROOT = Path(__file__).resolve().parents[2]
"""Where our packages are imported from, so that a step finds them whatever its folder is."""


def train(
    settings: Settings,
    targets: Sequence[str],
    arguments: Mapping[str, Any],
    listen: Callable[[Event], None],
) -> list[Event]:
    """Run the graph for these targets and tell ``listen`` of every event; return them all.

    A step's error is raised here as the error it was; the log is under ``home/logs``.
    """
    from kfp import local

    from pipelines.training import graph

    label = graph.pipeline_label(targets)
    run = settings.home / "runs" / f"{datetime.now():%Y%m%d-%H%M%S-%f}-{label}"
    log = settings.home / "logs" / f"{run.name}.log"
    run.mkdir(parents=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = _environment(settings, run / "events.jsonl")
    pipeline = graph.render(targets, environment=environment, in_turn=True)
    events: list[Event] = []
    with _follow(run / "events.jsonl", events, listen), _quiet(log):
        local.init(local.SubprocessRunner(use_venv=False), pipeline_root=str(run))
        try:
            pipeline(**arguments)
        except RuntimeError as error:  # what a failed step looks like from here
            failure = error
        else:
            return events
    raise _error(events, failure, log)


def _environment(settings: Settings, events: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {
        "LISTREC_HOME": str(settings.home),
        "LISTREC_STORE": settings.store,
        "LISTREC_COMMIT": settings.commit,
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        process.EVENTS: str(events),
    }


@contextlib.contextmanager
def _follow(path: Path, events: list[Event], listen: Callable[[Event], None]) -> Iterator[None]:
    """Read the events in a thread while the steps run, and the last ones when they are done."""
    reader, done = Reader(path), threading.Event()

    def read() -> None:
        for event in reader.new():
            events.append(event)
            listen(event)

    def poll() -> None:
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
    """Send everything Kubeflow prints to a file; people read events instead."""
    with (
        log.open("w", encoding="utf-8") as file,
        contextlib.redirect_stdout(file),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # it warns that this is no cluster, which we know
        yield


def _error(events: Sequence[Event], failure: Exception, log: Path) -> Exception:
    failed = [event for event in events if event.kind == "error"]
    if not failed:
        return RuntimeError(f"{failure} The log is {log}")
    kinds = {c.exit_code: c for c in (InputError, GateError, ArtifactError, UnavailableError)}
    kind = kinds.get(failed[-1].exit_code, ListrecError)
    return kind(f"{failed[-1].message} (log: {log})")
