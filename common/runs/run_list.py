"""The training runs of a store, from the records that their steps keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from common.errors import ArtifactError
from common.runs import records
from common.runs.outcome import FAILURE
from common.runs.records import RunRecords, StepRecord
from common.store.storage import Storage

RUNNING, LOST = "running", "lost"
"""States of a run without an outcome: it may still go on, or nobody will finish it."""

MAX_AGE = timedelta(days=7)
"""Age from which a run without an outcome is taken to be lost, and one that failed for good."""


@dataclass(frozen=True, slots=True)
class Run:
    """A training run.

    Attributes:
        name: its name.
        state: how it ended (see ``RunOutcome``), else ``RUNNING`` or ``LOST``.
        started_at: time of its start, ISO 8601, empty where no step has begun.
        targets: what it trained.
        commit: commit of the code, where it is known.
        release: id of the release that it published, or empty.
        reasons: a sentence for each step that failed.
        seconds: time from its start to its end, 0 without an outcome.
        cpu_seconds: processor time of its steps.
        steps: records of its steps, in the order of their start.
        snapshot: what it was asked to learn from: a path or an id, empty where it is not known.
    """

    name: str
    state: str
    started_at: str
    targets: tuple[str, ...]
    commit: str
    release: str
    reasons: tuple[str, ...]
    seconds: float
    cpu_seconds: float
    steps: tuple[StepRecord, ...]
    snapshot: str = ""

    @property
    def artifacts(self) -> frozenset[str]:
        """Ids of the artifacts that its steps made, chose or used again."""
        return frozenset(self._named("artifact"))

    @property
    def releases(self) -> frozenset[str]:
        """Ids of the releases that its steps name."""
        return frozenset(self._named("release"))

    @property
    def snapshots(self) -> frozenset[str]:
        """Ids of the snapshots that its steps name, and the one that it was asked for."""
        # Before a step has checked the snapshot, the request alone knows of it: a path or an id.
        return frozenset(self._named("id")) | {PurePosixPath(self.snapshot).name}

    def challenger(self, artifact_id: str) -> dict[str, Any]:
        """Return the last record that the run has of an artifact, empty where it has none."""
        found: dict[str, Any] = {}
        for step in self.steps:
            for record in find_records(step.result):
                if record.get("artifact") == artifact_id:
                    found |= record
        return found

    def _named(self, key: str) -> Iterator[str]:
        for step in self.steps:
            for record in find_records(step.result):
                if record.get(key):
                    yield str(record[key])


def list_runs(storage: Storage, now: datetime) -> list[Run]:
    """Return all runs, the newest first."""
    runs = []
    for name in records.runs(storage):
        # SeaweedFS still lists the name of a run for a while whose records were removed.
        with suppress(ArtifactError):
            runs.append(read_run(storage, name, now))
    return sorted(runs, key=lambda run: run.started_at, reverse=True)


def read_run(storage: Storage, name: str, now: datetime) -> Run:
    """Return one run; raises ``ArtifactError`` where the store has none of that name."""
    records = RunRecords(storage, name)
    steps = records.steps()
    outcome = records.outcome() or {}
    try:
        request = records.request()
    except ArtifactError:
        # A run may fail before it has kept its request.
        if not (steps or outcome):
            raise
        request = None

    started_at = steps[0].started_at if steps else ""
    if request and not steps:
        started_at = request.started_at
    return Run(
        name=name,
        state=outcome.get("state") or _unfinished(started_at, now),
        started_at=started_at,
        targets=request.targets if request else (),
        commit=request.commit if request else "",
        release=outcome.get("release", ""),
        reasons=tuple(outcome.get("reasons", ())),
        seconds=outcome.get("seconds", 0.0),
        cpu_seconds=round(sum(step.cpu_seconds for step in steps), 2),
        steps=tuple(steps),
        snapshot=str(request.arguments.get("snapshot", "")) if request else "",
    )


def may_go_on(run: Run, now: datetime) -> bool:
    """Tell whether a run has not ended, or has failed and may be resumed: for a week."""
    has_failed = run.state == FAILURE and bool(run.started_at)
    return run.state == RUNNING or (has_failed and _age(run.started_at, now) < MAX_AGE)


def find_records(result: Any) -> Iterator[dict[str, Any]]:
    """Yield each record in the result of a step: it is one, or a list of some."""
    if isinstance(result, dict):
        yield result
    elif isinstance(result, Sequence) and not isinstance(result, str):
        for item in result:
            yield from find_records(item)


def _unfinished(started_at: str, now: datetime) -> str:
    if not started_at:
        return LOST
    return RUNNING if _age(started_at, now) < MAX_AGE else LOST


def _age(started_at: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(started_at).astimezone(UTC)
