"""Releases and training runs, as the console shows them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from common.errors import ArtifactError
from common.runs.history import RunHistory
from common.runs.outcome import FAILURE
from common.runs.run_list import RUNNING, Run, read_run
from common.store import promotion_hold
from common.store.history import Move
from common.store.promotion_hold import PromotionHold
from common.store.release import Release, ReleaseStore
from serving.console import commands
from serving.console.costs import Cost, sum_costs
from serving.console.judgements import Judgement, judgements_of

N_RELEASES, N_RUNS, N_MOVES = 8, 10, 50

ReleaseState = Literal["champion", "earlier", "candidate"]
"""It is served; it was the champion before; it has never been."""


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release.

    Attributes:
        id: its id.
        created_at: time of its publication, ISO 8601.
        state: whether it is or was the champion.
        models: names of its models.
        promoted_at: time at which it became the champion last, or empty.
        promoted_by: who did it.
        reason: why, in their words, or empty.
        run: the training run that made it; empty where it is not known.
        judgements: what the gate said of its models, where the run is known.
        command: makes it the champion; empty for the champion itself.
    """

    id: str
    created_at: str
    state: ReleaseState
    models: tuple[str, ...]
    promoted_at: str
    promoted_by: str
    reason: str
    run: str
    judgements: tuple[Judgement, ...]
    command: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A training run.

    Attributes:
        name: its name.
        state: how it ended (see ``RunOutcome``), else ``running`` or ``lost``.
        targets: what it trained.
        started_at: time of its start, ISO 8601, or empty.
        seconds: time from its start to its end, 0 without an end.
        cost: an estimate, such as ``0.0123 USD``, or empty.
        release: id of the release that it published, or empty.
        reasons: why it failed or was refused, a sentence for each step.
        judgements: what the gate said.
        command: shows its steps, or starts it once more where it failed.
    """

    name: str
    state: str
    targets: tuple[str, ...]
    started_at: str
    seconds: float
    cost: str
    release: str
    reasons: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Training:
    """What the store says about releases and runs.

    Attributes:
        champion: id of the release that is served, or empty.
        hold: why promotions are held, or ``None``.
        releases: the newest first.
        runs: the newest first.
        costs: those of the last 7 and 30 days.
    """

    champion: str
    hold: PromotionHold | None
    releases: tuple[ReleaseView, ...]
    runs: tuple[RunView, ...]
    costs: tuple[Cost, ...]


class TrainingReader:
    """Reads releases and runs; what does not change any more is read once."""

    def __init__(self, store: ReleaseStore) -> None:
        """Open the store; nothing is read yet."""
        self._store = store
        self._history = RunHistory(store.storage)
        self._releases: dict[str, Release] = {}
        self._ended: dict[str, Run] = {}

    def read(self, now: datetime) -> Training:
        """Return what there is now."""
        outcomes = self._history.outcomes()
        unfinished = self._history.unfinished()[-N_RUNS:]
        names = [outcome["run"] for outcome in outcomes[-N_RUNS:]]
        runs = [
            run for name in names + unfinished if (run := self._read_run(name, now))
        ]
        runs.sort(key=lambda run: run.started_at, reverse=True)

        costs = {outcome["run"]: outcome["cost"] for outcome in outcomes}
        made_by = {outcome["release"]: outcome["run"] for outcome in outcomes}
        return Training(
            champion=self._store.champion() or "",
            hold=promotion_hold.read(self._store.storage, now),
            releases=self._view_releases(made_by, now),
            runs=tuple(_view_run(run, costs.get(run.name, "")) for run in runs[:N_RUNS]),
            costs=sum_costs(outcomes, now),
        )

    def _read_run(self, name: str, now: datetime) -> Run | None:
        if name not in self._ended:
            try:
                run = read_run(self._store.storage, name, now)
            except ArtifactError:
                return None  # it was removed meanwhile
            if not run.seconds:
                return run
            self._ended[name] = run
        return self._ended[name]

    def _view_releases(
        self, made_by: dict[str, str], now: datetime
    ) -> tuple[ReleaseView, ...]:
        for release_id in self._store.releases():
            if release_id not in self._releases:
                self._releases[release_id] = self._store.read(release_id)
        champions = self._store.champions()
        moves = {}
        for move in islice(self._store.moves(), N_MOVES):
            moves.setdefault(move.release, move)

        newest = sorted(
            self._releases.values(), key=lambda each: each.created_at, reverse=True
        )
        shown = [
            each for each in newest if each.id in champions[:1]
        ] + [each for each in newest if each.id not in champions[:1]]
        return tuple(
            self._view_release(each, champions, moves.get(each.id), made_by, now)
            for each in shown[:N_RELEASES]
        )
