"""What the steps of a run did, kept in the store where every step and every later command finds it.

``runs/<run>/request.json`` is what the run was asked for, beside it are a record for each step and,
at the end, ``outcome.json``. Kubeflow's own status says no more than that a step has failed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from common.errors import ArtifactError
from common.known_fields import known_fields
from common.store.storage import Storage

FOLDER = "runs"
"""Prefix of all records in the store."""

RUNNING, DONE, FAILED = "running", "done", "failed"
"""States of a step. One that was killed stays ``RUNNING``: nothing of it could say more."""

REQUEST, OUTCOME = "request", "outcome"
"""Names of the records that are none of a step."""

DATA_REPORT = "data-report"
"""Name of the page that says how the rows of a run differ from those of the champion."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run was asked for: all that another run needs to do the same.

    Attributes:
        run: name of the run.
        targets: what is trained, in training order.
        arguments: those of the pipeline (see ``graph.render``).
        started_at: time of the first step, ISO 8601.
        commit: commit of the code, where it is known.
        image: container image of the steps, empty without one.
    """

    run: str
    targets: tuple[str, ...]
    arguments: Mapping[str, Any]
    started_at: str
    commit: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step did.

    Attributes:
        step: name of the step's function.
        subject: what it worked on: a target or a release.
        state: ``RUNNING``, ``DONE`` or ``FAILED``.
        started_at: time of its start, ISO 8601.
        seconds: time from its start to its end.
        cpu_seconds: processor time of its process and of those that it waited for.
        peak_megabytes: the largest memory of its process.
        gpu_seconds: time that it held GPUs, times their number.
        reused: whether its result is that of an earlier step with the same key.
        message: why it failed, in a sentence.
        exit_code: exit code of its error.
        result: what it returned.
    """

    step: str
    subject: str
    state: str
    started_at: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0
    gpu_seconds: float = 0.0
    reused: bool = False
    message: str = ""
    exit_code: int = 0
    result: Any = field(default=None)


class RunRecords:
    """The records of one run."""

    def __init__(self, storage: Storage, run: str) -> None:
        """Open the records of a run; there may be none yet."""
        self.run = run
        self._storage = storage

    def write_request(self, request: Request) -> None:
        """Keep what the run was asked for."""
        self._write(REQUEST, asdict(request))

    def request(self) -> Request:
        """Return what the run was asked for; ``ArtifactError`` where there is no such run."""
        values = self._read(REQUEST)
        if values is None:
            raise ArtifactError(
                f"the store has no run {self.run!r}: 'listrec registry runs' lists them"
            )
        known = known_fields(Request, values)
        return Request(**{**known, "targets": tuple(known["targets"])})

    def write_step(self, record: StepRecord) -> None:
        """Keep the record of a step, in place of an earlier one of the same step and subject."""
        self._write(f"step-{record.step}-{record.subject}", asdict(record))

    def steps(self) -> list[StepRecord]:
        """Return the records of all steps, in the order of their start."""
        records = []
        for key in self._storage.keys(f"{FOLDER}/{self.run}"):
            if key.startswith("step-"):
                values = self._read(key.removesuffix(".json"))
                if values is not None:
                    records.append(_to_step(values))
        return sorted(records, key=lambda record: record.started_at)

    def step(self, step: str, subject: str) -> StepRecord | None:
        """Return the record of one step, or ``None`` where there is none."""
        values = self._read(f"step-{step}-{subject}")
        return None if values is None else _to_step(values)

    def write_outcome(self, outcome: Mapping[str, Any]) -> None:
        """Keep how the run ended."""
        self._write(OUTCOME, outcome)

    def outcome(self) -> dict[str, Any] | None:
        """Return how the run ended, or ``None`` while it goes on."""
        return self._read(OUTCOME)

    def write_page(self, name: str, html: str) -> str:
        """Keep a page for people, and return its address."""
        # Names of categories may hold halves of characters, which UTF-8 cannot encode.
        data = html.encode(errors="replace")
        self._storage.write_bytes(f"{FOLDER}/{self.run}/{name}.html", data)
        return self._page_address(name)

    def page(self, name: str) -> str:
        """Return the address of a page that was kept, or nothing."""
        kept = self._storage.modified(f"{FOLDER}/{self.run}/{name}.html")
        return self._page_address(name) if kept else ""

    def _page_address(self, name: str) -> str:
        return f"{self._storage.url.rstrip('/')}/{FOLDER}/{self.run}/{name}.html"

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        text = json.dumps(values, indent=2, sort_keys=True)
        self._storage.write_text(f"{FOLDER}/{self.run}/{name}.json", text + "\n")

    def _read(self, name: str) -> dict[str, Any] | None:
        text = self._storage.read_text(f"{FOLDER}/{self.run}/{name}.json")
        if text is None:
            return None
        values: dict[str, Any] = json.loads(text)
        return values


def runs(storage: Storage) -> list[str]:
    """Return the names of all runs, oldest first: names of local runs begin with their time."""
    return storage.keys(FOLDER)


def _to_step(values: Mapping[str, Any]) -> StepRecord:
    return StepRecord(**known_fields(StepRecord, values))
