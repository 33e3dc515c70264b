"""What of a store stays: what is served or may be again, and what runs may still go on with."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from common.experiments import definition, published
from common.runs.outcome import ON_HOLD
from common.runs.run_list import Run, find_records, may_go_on
from common.store import promotion_hold
from common.store.release import Release, ReleaseStore
from common.store.storage import Storage
from models.layers import LAYERS


def needed_releases(
    store: ReleaseStore,
    releases: Sequence[Release],
    runs: Iterable[Run],
    keep: int,
    now: datetime,
) -> set[str]:
    """Return the ids of the releases that stay, of which the newest ``keep`` do.

    Besides these stay champions, what variants of experiments name, what runs made that may go on,
    and what waits for the end of a hold. ``releases`` are those of the store, newest first.
    """
    needed = {release.id for release in releases[:keep]} | set(store.champions())
    experiments = published.read(store.storage).experiments(LAYERS)
    needed |= definition.needed_releases(experiments, now.date())
    is_held = promotion_hold.read(store.storage, now) is not None
    for run in runs:
        if may_go_on(run, now) or (run.state == ON_HOLD and is_held):
            needed |= run.releases
    return needed


def needed_artifacts(
    storage: Storage, releases: Iterable[Release], runs: Iterable[Run], now: datetime
) -> set[str]:
    """Return the ids of the artifacts of ``releases``, and of those that runs need.

    The next run may train on what was trained last, and a run that mlflow did not register waits.
    """
    needed: set[str] = set()
    for release in releases:
        needed |= {*release.encoders, *release.models.values()}
    for run in runs:
        if may_go_on(run, now):
            needed |= run.artifacts

    for name in storage.keys("newest"):
        needed |= set((storage.read_text(f"newest/{name}") or "").split())
    for name in storage.keys("pending"):
        pending = json.loads(storage.read_text(f"pending/{name}") or "{}")
        for record in find_records(pending.get("challengers", [])):
            needed.add(record.get("artifact", ""))
    return needed


def needed_runs(
    runs: Sequence[Run],
    releases: Collection[str],
    artifacts: Collection[str],
    keep: int,
    now: datetime,
) -> list[Run]:
    """Return the newest ``keep`` runs, those that may go on, and those that made what stays."""
    return [
        run
        for number, run in enumerate(runs)
        if number < keep
        or may_go_on(run, now)
        or not run.releases.isdisjoint(releases)
        or not run.artifacts.isdisjoint(artifacts)
    ]


def needed_snapshots(
    store: ReleaseStore, artifacts: Iterable[str], runs: Iterable[Run], now: datetime
) -> set[str]:
    """Return the ids of the snapshots of ``artifacts``, and of runs that may go on."""
    needed = {store.snapshot_of(artifact) for artifact in artifacts}
    for run in runs:
        if may_go_on(run, now):
            needed |= run.snapshots
    return needed
