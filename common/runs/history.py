"""The runs of a store, by how they ended; each outcome is read once."""

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

    def outcomes(self, pipeline: str = "") -> list[RunOutcome]:
        """Return how runs ended, in the order of their ends.

        ``pipeline`` is the label of their targets, such as ``all``; empty for those of any.
        """
        self.unfinished()
        ended = [
            outcome
            for outcome in self._outcomes.values()
            if not pipeline or outcome["pipeline"] == pipeline
        ]
        return sorted(ended, key=lambda outcome: outcome["ended_at"])

    def unfinished(self) -> list[str]:
        """Return the names of the runs that have not ended, sorted."""
        names = records.runs(self._storage)
        for run in names:
            if run not in self._outcomes:
                self._read(run)
        return [run for run in names if run not in self._outcomes]

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
