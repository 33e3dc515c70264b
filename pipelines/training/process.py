"""Runs one step in a process of its own: the ``main`` of every component."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.crash_points import arm
from common.errors import ListrecError
from common.progress import Progress
from common.settings import Settings
from common.store.release import ReleaseStore
from common.store.storage import Storage
from pipelines.records import Challenger
from pipelines.training.checkpoints import Checkpoint
from pipelines.training.code_version import code_version
from pipelines.training.events import Writer
from pipelines.training.step_cache import StepCache
from pipelines.training.step_records import (
    DONE,
    FAILED,
    RUNNING,
    RunRecords,
    StepRecord,
)

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
        return RunRecords(Storage(self.settings.store), self.run)

    def once(
        self,
        step: str,
        inputs: Mapping[str, Any],
        compute: Callable[[], Challenger],
    ) -> Challenger:
        """Return the record that a step made of the same inputs before, or compute it."""
        return self.cache.once(step, inputs, compute) if self.cache else compute()

    def checkpoint(self, step: str, inputs: Mapping[str, Any]) -> Checkpoint | None:
        """Return where the state of a training is kept; nowhere without results of other runs."""
        if self.cache is None:
            return None
        storage = Storage(self.settings.store)
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
    use = _Use()
    record = StepRecord(
        step=step.__name__,
        subject=subject,
        state=RUNNING,
        started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )

    writer.write("start")
    try:
        context.records.write_step(record)
        result = step(context, *arguments)
    except Exception as error:
        exit_code = getattr(error, "exit_code", 1)
        message = _describe_error(error)
        writer.write("error", message=message, exit_code=exit_code)
        failed = use.add(replace(record, state=FAILED))
        context.records.write_step(
            replace(failed, message=message, exit_code=exit_code)
        )
        raise
    reused = context.cache is not None and context.cache.reused
    done = use.add(replace(record, state=DONE, result=result, reused=reused))
    context.records.write_step(done)
    writer.write("done", message="used again" if reused else "", result=result)
    return result


def _open_context(settings: Settings, run_name: str, writer: Writer) -> Context:
    store = ReleaseStore(settings.store)
    cache = None
    if settings.reuse_steps:
        cache = StepCache(store, code_version(os.environ))
    return Context(settings, store, writer, writer.note, run_name, cache)


class _Use:
    """What a step uses of the machine, from here on."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._cpu_seconds = _cpu_seconds()

    def add(self, record: StepRecord) -> StepRecord:
        """Return the record with the time, the processor time and the memory until now."""
        # Linux counts kilobytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        return replace(
            record,
            seconds=round(time.monotonic() - self._started, 2),
            cpu_seconds=round(_cpu_seconds() - self._cpu_seconds, 2),
            peak_megabytes=round(peak),
        )


def _cpu_seconds() -> float:
    """Return the processor time of this process and of those that it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _describe_error(error: Exception) -> str:
    if isinstance(error, ListrecError):
        return str(error)
    return f"a bug ({type(error).__name__}: {error})"
