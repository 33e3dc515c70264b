"""Runs one step in a process of its own: the ``main`` of every component."""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from common.crash_points import arm
from common.errors import ListrecError
from common.progress import Progress
from common.runs.records import (
    DONE,
    FAILED,
    RUNNING,
    RunRecords,
    StepRecord,
)
from common.secrets import redact
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.training.checkpoints import Checkpoint
from pipelines.training.code_version import code_version
from pipelines.training.events import Writer
from pipelines.training.step_cache import Record, StepCache

EVENTS = "LISTREC_RUN_EVENTS"
"""Variable with the file that a local run reads events from; unset on a cluster."""


@dataclass(frozen=True, slots=True)
class Context:
    """The first argument of every step.

    Attributes:
        settings: settings of the step's process.
        store: artifacts and releases.
        progress: takes a message and the fraction done.
        note: takes a sentence that is worth reading after the run.
        run: name of the run.
        cache: results of earlier steps; without it everything is computed.
    """

    settings: Settings
    store: ReleaseStore
    progress: Progress
    note: Callable[[str], None] = print
    run: str = ""
    cache: StepCache | None = None

    @property
    def records(self) -> RunRecords:
        """What the steps of the run did."""
        return RunRecords(self.store.storage, self.run)

    def once(
        self,
        step: str,
        inputs: Mapping[str, Any],
        compute: Callable[[], Record],
    ) -> Record:
        """Return the record that a step made of the same inputs before, or compute it."""
        return self.cache.once(step, inputs, compute) if self.cache else compute()

    def checkpoint(self, step: str, inputs: Mapping[str, Any]) -> Checkpoint | None:
        """Return where the state of a training is kept; nowhere without results of other runs."""
        if self.cache is None:
            return None
        storage = self.store.storage
        return Checkpoint(storage, self.cache.key(step, inputs))


def run(step: Callable[..., Any], run_name: str, subject: str, *arguments: Any) -> Any:
    """Call ``step(context, *arguments)`` and report its start, its result or its error.

    ``subject`` is the target or release that the step works on. Its record is kept in the store.
    Errors are raised again, so that the orchestrator sees a failed task.
    """
    settings = Settings.from_environment(os.environ)
    arm(os.environ)
    event_file = os.environ.get(EVENTS)
    writer = Writer(Path(event_file) if event_file else None, step.__name__, subject)
    context = _open_context(settings, run_name, writer)

    report = _Report(context.records, writer, step.__name__, subject, settings.gpus)
    try:
        report.start()
        result = step(context, *arguments)
    except Exception as error:
        report.fail(error)
        sys.excepthook = _print_redacted
        raise
    report.end(result, reused=context.cache is not None and context.cache.reused)
    return result


def _open_context(settings: Settings, run_name: str, writer: Writer) -> Context:
    store = ReleaseStore(settings.store)
    cache = None
    if settings.reuse_steps:
        cache = StepCache(store, partial(code_version, dict(os.environ)))
    return Context(settings, store, writer, writer.note, run_name, cache)


class _Report:
    """Reports what a step does, as events and as its record in the store."""

    def __init__(
        self, records: RunRecords, writer: Writer, step: str, subject: str, gpus: int
    ) -> None:
        self._records = records
        self._writer = writer
        self._gpus = gpus
        self._started = time.monotonic()
        self._cpu_seconds = _cpu_seconds()
        self._record = StepRecord(
            step=step,
            subject=subject,
            state=RUNNING,
            started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )

    def start(self) -> None:
        """Report that the step begins."""
        self._writer.write("start")
        self._records.write_step(self._record)

    def fail(self, error: Exception) -> None:
        """Report an error."""
        values: dict[str, Any] = {
            "message": _describe_error(error),
            "exit_code": getattr(error, "exit_code", 1),
        }
        self._writer.write("error", **values)
        self._write(state=FAILED, **values)

    def end(self, result: Any, reused: bool) -> None:
        """Report a result, and whether it is that of an earlier step."""
        self._write(state=DONE, result=result, reused=reused)
        message = "used again" if reused else ""
        self._writer.write("done", message=message, result=result)

    def _write(self, **values: Any) -> None:
        """Write the record with what the step has used of the machine until now."""
        # Linux counts kilobytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        seconds = time.monotonic() - self._started
        record = replace(
            self._record,
            seconds=round(seconds, 2),
            gpu_seconds=round(seconds * self._gpus, 2),
            cpu_seconds=round(_cpu_seconds() - self._cpu_seconds, 2),
            peak_megabytes=round(peak),
            **values,
        )
        self._records.write_step(record)


def _cpu_seconds() -> float:
    """Return the processor time of this process and of those that it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _describe_error(error: Exception) -> str:
    message = redact(str(error), os.environ)
    if isinstance(error, ListrecError):
        return message
    return f"a bug ({type(error).__name__}: {message})"


def _print_redacted(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print what Python prints of an error that ends a process, without secrets: logs keep it."""
    text = "".join(traceback.format_exception(kind, error, trace))
    print(redact(text, os.environ), end="", file=sys.stderr)
