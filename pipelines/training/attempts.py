"""Retries and time limits of steps on this machine: ``kfp.local`` knows neither.

As of kfp 2.17 it ignores the retry policy of a task. Kubeflow repeats a step after any failure;
here the error of the step is known, and bad input or a missed gate is not tried again.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from common.errors import ListrecError, UnavailableError
from common.runs.records import FAILED, RunRecords, StepRecord
from pipelines.training.events import Event, Reader, Writer
from pipelines.training.resources import Resources, StepResources
from pipelines.training.watchdog import run_limited


@contextlib.contextmanager
def retrying(
    resources: Resources, event_file: Path, records: RunRecords
) -> Iterator[None]:
    """Have ``kfp.local`` try steps again within the block, and end those that take too long."""
    from kfp.local import subprocess_task_handler as handler

    original = handler.run_local_subprocess
    handler.run_local_subprocess = _Attempts(resources, event_file, records)
    try:
        yield
    finally:
        handler.run_local_subprocess = original


class _Attempts:
    """Runs the command of a step until it succeeds, or until another attempt has no sense."""

    def __init__(
        self, resources: Resources, event_file: Path, records: RunRecords
    ) -> None:
        self._resources = resources
        self._event_file = event_file
        self._reader = Reader(event_file)
        self._records = records

    def __call__(
        self, full_command: Sequence[str], env_vars: dict[str, str] | None = None
    ) -> int:
        """Return the exit code of the last attempt; the parameters are those of ``kfp.local``."""
        limits = self._resources.of(*_step_and_target(full_command))
        retry = 0
        while True:
            code, is_late = run_limited(
                full_command, env_vars or {}, limits.timeout_seconds
            )
            events = list(self._reader.new())
            # Without a first event the step was never called: another attempt would be the same.
            if code == 0 or not events:
                return code

            error = self._error(events, limits.timeout if is_late else "")
            retry += 1
            if error.exit_code != UnavailableError.exit_code or retry > limits.retries:
                return code
            self._announce(error, retry, limits)
            time.sleep(limits.backoff_seconds(retry))

    def _error(self, events: Sequence[Event], timeout: str) -> Event:
        """Return the error that a step reported; for one that was killed it is written here."""
        last = events[-1]
        if last.kind == "error":
            return last

        reason = "was killed, for its memory or by somebody"
        if timeout:
            reason = f"was ended because it took longer than {timeout}"
        message = f"{last.step} {last.subject} {reason}"
        Writer(self._event_file, last.step, last.subject).write(
            "error", message=message, exit_code=UnavailableError.exit_code
        )
        error = list(self._reader.new())[-1]
        # A store that does not answer takes no record; the event says the same.
        with contextlib.suppress(ListrecError):
            self._records.write_step(_record(error, last.seconds))
        return error

    def _announce(self, error: Event, retry: int, limits: StepResources) -> None:
        Writer(self._event_file, error.step, error.subject).note(
            f"{error.step} {error.subject} is tried again, {retry} of {limits.retries}:"
            f" {error.message}"
        )
        list(self._reader.new())


def _step_and_target(command: Sequence[str]) -> tuple[str, str]:
    """Return the name of the step in a command of Kubeflow, and the target that it works on."""
    arguments = dict(zip(command, command[1:], strict=False))
    step = arguments["--function_to_execute"]
    given = json.loads(arguments["--executor_input"])["inputs"]["parameterValues"]
    default = "encoders" if step == "train_encoders" else ""
    return step, given.get("name") or given.get("target") or default


def _record(error: Event, seconds: float) -> StepRecord:
    """Return the record of a step that could not write it; ``seconds`` is its last known time."""
    return StepRecord(
        step=error.step,
        subject=error.subject,
        state=FAILED,
        started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        seconds=seconds,
        message=error.message,
        exit_code=error.exit_code,
    )
