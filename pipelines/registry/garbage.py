"""What nobody needs any more: old releases, artifacts, model cards, results and records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.crash_points import crash_point
from common.errors import RefusedError
from common.store import promotion_hold
from common.store.artifacts import MANIFEST
from common.store.release import Release, ReleaseStore, dump_release
from common.store.storage import Storage
from pipelines.records import ON_HOLD
from pipelines.registry.run_list import RUNNING, Run, find_records, list_runs
from pipelines.training import step_cache, step_records

GRACE = timedelta(days=7)
"""Age below which an artifact stays that nothing names: a run may be about to name it."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """What can be removed from a store.

    Attributes:
        releases: releases, oldest last.
        artifacts: ids of artifacts, also of those that were removed in part.
        cards: ids of artifacts whose model cards can go.
        results: names of results of steps.
        runs: names of runs.
    """

    releases: tuple[Release, ...]
    artifacts: tuple[str, ...]
    cards: tuple[str, ...]
    results: tuple[str, ...]
    runs: tuple[str, ...]


def find_garbage(
    store: ReleaseStore, keep: int, aliased: Iterable[str], now: datetime
) -> Garbage:
    """Return what can be removed where the newest ``keep`` releases and runs are to stay.

    Besides these stay: the champion and those before it that the pointer holds, the artifacts of
    mlflow's aliases (``aliased``), what was trained last, what waits to be registered or for the
    end of a hold, everything that a run names which may still go on, and the runs that made what
    stays.
    """
    storage = store.storage
    runs = list_runs(storage, now)
    releases = sorted(
        (store.read(name) for name in store.releases()),
        key=lambda release: release.created_at,
        reverse=True,
    )
    kept = _kept_releases(store, releases, runs, keep, now)

    needed = _needed_artifacts(storage, releases, runs, kept) | set(aliased)
    present = storage.keys("artifacts")
    artifacts = [
        ref for ref in present if ref not in needed and _is_old(storage, ref, now)
    ]
    remaining = set(present) - set(artifacts)

    return Garbage(
        releases=tuple(release for release in releases if release.id not in kept),
        artifacts=tuple(artifacts),
        cards=tuple(_cards(storage, remaining)),
        results=tuple(_results(storage, remaining, now)),
        runs=tuple(
            run.name
            for number, run in enumerate(runs)
            if number >= keep
            and run.state != RUNNING
            and not run.releases & kept
            and not run.artifacts & remaining
        ),
    )


def remove(store: ReleaseStore, garbage: Garbage) -> None:
    """Remove it, in an order in which a release never lacks its artifacts.

    A process that is killed leaves the rest to the next one. Raises ``RefusedError`` where the
    champion became one of the removed releases meanwhile; the releases are put back then.
    """
    storage = store.storage
    for release in garbage.releases:
        storage.remove(_release_key(release))
    crash_point("gc.after-releases")
    _check_champions(store, garbage)

    for ref in garbage.artifacts:
        # Without its manifest an artifact is none, so that nobody reads a part of it.
        storage.remove(f"artifacts/{ref}/{MANIFEST}")
        crash_point("gc.after-manifest")
        storage.remove(f"artifacts/{ref}")
    crash_point("gc.after-artifacts")

    for ref in garbage.cards:
        storage.remove(f"cards/{ref}.md")
    for name in garbage.results:
        storage.remove(f"{step_cache.FOLDER}/{name}")
    for name in garbage.runs:
        storage.remove(f"{step_records.FOLDER}/{name}")


def _check_champions(store: ReleaseStore, garbage: Garbage) -> None:
    """Put releases back where somebody promoted one of them between search and removal."""
    champions = store.champions()
    if not any(release.id in champions for release in garbage.releases):
        return

    storage = store.storage
    for release in garbage.releases:
        storage.write_text(_release_key(release), dump_release(release))
    raise RefusedError(
        "nothing was removed: the champion changed meanwhile; run 'listrec registry gc' again"
    )


def _kept_releases(
    store: ReleaseStore,
    releases: Sequence[Release],
    runs: Sequence[Run],
    keep: int,
    now: datetime,
) -> set[str]:
    kept = {release.id for release in releases[:keep]} | set(store.champions())
    is_held = promotion_hold.read(store.storage, now) is not None
    for run in runs:
        if run.state == RUNNING or (run.state == ON_HOLD and is_held):
            kept |= run.releases
    return kept


def _needed_artifacts(
    storage: Storage,
    releases: Sequence[Release],
    runs: Sequence[Run],
    kept: set[str],
) -> set[str]:
    """Return the ids of artifacts that something names which stays."""
    needed: set[str] = set()
    for release in releases:
        if release.id in kept:
            needed |= {*release.encoders, *release.models.values()}
    for run in runs:
        if run.state == RUNNING:
            needed |= run.artifacts

    for name in storage.keys("newest"):
        needed |= set((storage.read_text(f"newest/{name}") or "").split())
    for name in storage.keys("pending"):
        pending = json.loads(storage.read_text(f"pending/{name}") or "{}")
        for record in find_records(pending.get("challengers", [])):
            needed.add(record.get("artifact", ""))
    return needed


def _is_old(storage: Storage, ref: str, now: datetime) -> bool:
    """Tell whether an artifact has files and none of them is new: others may be on their way."""
    keys = [f"artifacts/{ref}/{name}" for name in storage.keys(f"artifacts/{ref}")]
    times = [storage.modified(key) for key in keys]
    return bool(times) and all(time and now - time >= GRACE for time in times)


def _cards(storage: Storage, remaining: set[str]) -> list[str]:
    refs = [name.removesuffix(".md") for name in storage.keys("cards")]
    return [ref for ref in refs if ref not in remaining]


def _results(storage: Storage, remaining: set[str], now: datetime) -> list[str]:
    """Return the results of steps whose artifact goes, and old ones that name no artifact."""
    removable = []
    for name in storage.keys(step_cache.FOLDER):
        key = f"{step_cache.FOLDER}/{name}"
        written = storage.modified(key)
        artifact = json.loads(storage.read_text(key) or "{}").get("artifact")
        is_old = written is not None and now - written >= GRACE
        if artifact not in remaining if artifact else is_old:
            removable.append(name)
    return removable


def _release_key(release: Release) -> str:
    return f"releases/{release.id}.json"
