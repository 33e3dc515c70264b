"""The runs that have ended, from their records in the store."""

from __future__ import annotations

from collections.abc import Sequence

from common.runs import records
from common.runs.outcome import FAILURE, RunOutcome
from common.runs.records import RunRecords
from common.store.storage import Storage


class RunHistory:
    """The outcomes of all runs of a store; each is read once."""

    def __init__(self, storage: Storage) -> None:
        """Open the history; nothing is read yet."""
        self._storage = storage
        self._outcomes: dict[str, RunOutcome] = {}

    def outcomes(self, pipeline: str) -> list[RunOutcome]:
        """Return how the runs of a pipeline ended, in the order of their ends.

        ``pipeline`` is the label of the targets, such as ``all``.
        """
        for run in records.runs(self._storage):
            if run not in self._outcomes:
                self._read(run)
        ended = [
            outcome
            for outcome in self._outcomes.values()
            if outcome["pipeline"] == pipeline
        ]
        return sorted(ended, key=lambda outcome: outcome["ended_at"])

    def _read(self, run: str) -> None:
        values = RunRecords(self._storage, run).outcome()
        # A run goes on still, or an older version has kept its outcome.
        if values is not None and "ended_at" in values:
            self._outcomes[run] = RunOutcome(**values)  # type: ignore[typeddict-item]


def failures_in_a_row(outcomes: Sequence[RunOutcome]) -> int:
    """Return how many of the last outcomes are failures, without another end between them.

    A run that a gate refused did its work: it has not failed.
    """
    count = 0
    for outcome in reversed(outcomes):
        if outcome["state"] != FAILURE:
            break
        count += 1
    return count
