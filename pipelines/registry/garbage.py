"""What nobody needs any more: old releases, artifacts, snapshots, results and records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.runs import records
from common.runs.run_list import Run, list_runs
from common.store.release import Release, ReleaseStore
from common.store.storage import Storage
from pipelines.evaluation import unseen_rows
from pipelines.registry.needed import (
    needed_artifacts,
    needed_releases,
    needed_runs,
    needed_snapshots,
)
from pipelines.training import challenger_count, checkpoints, step_cache

GRACE = timedelta(days=7)
"""Age below which everything stays that nothing names: a run may be about to name it."""

SNAPSHOTS = "snapshots"
"""Prefix of snapshots in the store, ``<id>/``, and of their profiles, ``<id>.json``."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """What can be removed from a store.

    Attributes:
        releases: releases, oldest last.
        artifacts: ids of artifacts, also of those that were removed in part.
        snapshots: ids of snapshots, also of those that were removed in part.
        others: keys of everything else in the store, by what it is.
        sizes: bytes of all garbage, by what it is.
    """

    releases: tuple[Release, ...]
    artifacts: tuple[str, ...]
    snapshots: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]

    @property
    def keys(self) -> dict[str, list[str]]:
        """The keys of all garbage in the store, by what it is."""
        return {
            "releases": [f"releases/{release.id}.json" for release in self.releases],
            "artifacts": [f"artifacts/{ref}" for ref in self.artifacts],
            "snapshots": [f"{SNAPSHOTS}/{ref}" for ref in self.snapshots],
            **{kind: list(keys) for kind, keys in self.others.items()},
        }


def find_garbage(
    store: ReleaseStore, keep: int, aliased: Iterable[str] | None, now: datetime
) -> Garbage:
    """Return what can be removed where the newest ``keep`` releases and runs are to stay.

    ``needed.py`` says what stays besides, with the artifacts of mlflow's aliases (``aliased``).
    Where these are not known, ``None``, all artifacts stay.
    """
    storage = store.storage
    runs = list_runs(storage, now)
    releases = sorted(
        (store.read(name) for name in store.releases()),
        key=lambda release: release.created_at,
        reverse=True,
    )
    kept = needed_releases(store, releases, runs, keep, now)

    artifacts: list[str] = []
    if aliased is not None:
        staying = [release for release in releases if release.id in kept]
        needed = needed_artifacts(storage, staying, runs, now) | set(aliased)
        artifacts = _old_names(storage, "artifacts", needed, now)
    remaining = set(storage.keys("artifacts")) - set(artifacts)

    kept_runs = needed_runs(runs, kept, remaining, keep, now)
    rows = needed_snapshots(store, remaining, runs, now)
    garbage = Garbage(
        releases=tuple(release for release in releases if release.id not in kept),
        artifacts=tuple(artifacts),
        snapshots=tuple(_snapshots(storage, rows, now)),
        others={
            **_others(storage, runs, kept_runs, remaining, now),
            **_about_snapshots(storage, rows, kept_runs, now),
        },
        sizes={},
    )
    return replace(garbage, sizes=_sizes(storage, garbage.keys))


def _snapshots(storage: Storage, needed: Collection[str], now: datetime) -> list[str]:
    names = _old_names(storage, SNAPSHOTS, needed, now)
    return [name for name in names if not name.endswith(".json")]


def _others(
    storage: Storage,
    runs: Sequence[Run],
    kept_runs: Sequence[Run],
    artifacts: Collection[str],
    now: datetime,
) -> dict[str, tuple[str, ...]]:
    """Return what artifacts and runs leave behind; those of ``artifacts`` stay."""
    gone = {run.name for run in runs} - {run.name for run in kept_runs}
    cards = [name for name in storage.keys("cards") if _id(name) not in artifacts]
    states = _old_names(storage, checkpoints.FOLDER, (), now)
    return {
        "cards": _keys("cards", cards),
        "results": _keys(step_cache.FOLDER, _results(storage, artifacts, now)),
        "runs": _keys(records.FOLDER, sorted(gone)),
        "checkpoints": _keys(checkpoints.FOLDER, states),
    }


def _results(
    storage: Storage, artifacts: Collection[str], now: datetime
) -> Iterator[str]:
    """Yield the results of steps whose artifact goes, and old ones that name no artifact."""
    for name in storage.keys(step_cache.FOLDER):
        key = f"{step_cache.FOLDER}/{name}"
        artifact = json.loads(storage.read_text(key) or "{}").get("artifact")
        if artifact not in artifacts if artifact else _is_old(storage, key, now):
            yield name


def _about_snapshots(
    storage: Storage, rows: Collection[str], kept_runs: Iterable[Run], now: datetime
) -> dict[str, tuple[str, ...]]:
    """Return profiles, splits and numbers of attempts.

    They are small, and stay as long as a record of a run names the snapshot, also where its rows
    are gone: attempts at the same test rows count on.
    """
    named = set(rows).union(*(run.snapshots for run in kept_runs))
    profiles = _old_names(storage, SNAPSHOTS, named, now)
    splits = _old_names(storage, unseen_rows.FOLDER, named, now)
    attempts = _old_names(storage, challenger_count.FOLDER, named, now)
    return {
        "profiles": _keys(SNAPSHOTS, (n for n in profiles if n.endswith(".json"))),
        "splits": _keys(unseen_rows.FOLDER, splits),
        "attempts": _keys(challenger_count.FOLDER, attempts),
    }


def _old_names(
    storage: Storage, folder: str, needed: Collection[str], now: datetime
) -> list[str]:
    """Return the names in a folder whose id is not needed and which are old."""
    return [
        name
        for name in storage.keys(folder)
        if _id(name) not in needed and _is_old(storage, f"{folder}/{name}", now)
    ]


def _is_old(storage: Storage, key: str, now: datetime) -> bool:
    """Tell whether something is there and none of it is new: more may be on its way."""
    written = storage.usage(key).written
    return written is not None and now - written >= GRACE


def _id(name: str) -> str:
    return name.partition(".")[0]


def _keys(folder: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}" for name in names)


def _sizes(storage: Storage, keys: Mapping[str, Iterable[str]]) -> dict[str, int]:
    return {
        kind: sum(storage.usage(key).size for key in found)
        for kind, found in keys.items()
    }
