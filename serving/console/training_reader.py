"""Reads releases and training runs from the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from common.errors import ArtifactError
from common.runs.history import RunHistory
from common.runs.outcome import FAILURE
from common.runs.run_list import RUNNING, Run, read_run
from common.store import promotion_hold
from common.store.history import Cause, Move
from common.store.release import Release, ReleaseStore
from serving.console import commands
from serving.console.costs import sum_costs
from serving.console.judgements import judgements_of
from serving.console.training import ReleaseState, ReleaseView, RunView, Training

N_RELEASES, N_RUNS, N_MOVES = 8, 10, 50
"""How many are shown, and how many moves of the champion are read; the newest of each."""


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
        ended = [outcome["run"] for outcome in outcomes[-N_RUNS:]]
        names = [*ended, *self._history.unfinished()[-N_RUNS:]]
        runs = [run for name in names if (run := self._read_run(name, now))]
        runs.sort(key=lambda run: run.started_at, reverse=True)

        costs = {outcome["run"]: outcome["cost"] for outcome in outcomes}
        made_by = {outcome["release"]: outcome["run"] for outcome in outcomes}
        return Training(
            champion=self._store.champion() or "",
            promotion_hold=promotion_hold.read(self._store.storage, now),
            releases=self._releases_made_by(made_by, now),
            runs=tuple(
                _view_run(run, costs.get(run.name, "")) for run in runs[:N_RUNS]
            ),
            costs=sum_costs(outcomes, now),
        )

    def _releases_made_by(
        self, made_by: Mapping[str, str], now: datetime
    ) -> tuple[ReleaseView, ...]:
        """Return the champion, then the newest of the other releases."""
        champions = self._store.champions()
        moves: dict[str, Move] = {}
        for made in islice(self._store.moves(), N_MOVES):
            moves.setdefault(made.release, made)

        releases = [self._read_release(each) for each in self._store.releases()]
        releases.sort(key=lambda each: each.created_at, reverse=True)
        releases.sort(key=lambda each: each.id not in champions[:1])
        views = []
        for release in releases[:N_RELEASES]:
            move = moves.get(release.id)
            name = made_by.get(release.id, "")
            run = self._read_run(name, now) if name else None
            views.append(_view_release(release, champions, move, run))
        return tuple(views)

    def _read_release(self, release_id: str) -> Release:
        if release_id not in self._releases:
            self._releases[release_id] = self._store.read(release_id)
        return self._releases[release_id]

    def _read_run(self, name: str, now: datetime) -> Run | None:
        """Return a run; ``None`` where its records were removed meanwhile."""
        if name in self._ended:
            return self._ended[name]
        try:
            run = read_run(self._store.storage, name, now)
        except ArtifactError:
            return None
        if run.state != RUNNING:
            self._ended[name] = run
        return run


def _view_release(
    release: Release, champions: list[str], move: Move | None, run: Run | None
) -> ReleaseView:
    state: ReleaseState = "candidate"
    if release.id in champions:
        state = "champion" if release.id == champions[0] else "earlier"
    cause = move.cause if move else Cause()
    command = commands.promote(release.id, champions[0] if champions else "")
    return ReleaseView(
        id=release.id,
        created_at=release.created_at,
        state=state,
        models=tuple(release.models),
        promoted_at=move.at if move else "",
        promoted_by=cause.by,
        reason=cause.reason,
        run=run.name if run else cause.run,
        judgements=judgements_of(run) if run else (),
        command="" if state == "champion" else command,
    )


def _view_run(run: Run, cost: str) -> RunView:
    has_failed = run.state == FAILURE
    return RunView(
        name=run.name,
        state=run.state,
        targets=run.targets,
        started_at=run.started_at,
        seconds=run.seconds,
        cost=cost,
        release=run.release,
        reasons=run.reasons,
        judgements=judgements_of(run),
        command=commands.resume(run.name)
        if has_failed
        else commands.show_run(run.name),
    )
