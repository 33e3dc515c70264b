"""Removes garbage from a store, in an order in which nobody meets a part of anything."""

from __future__ import annotations

from common.crash_points import crash_point
from common.errors import RefusedError
from common.store.artifacts import MANIFEST
from common.store.release import Release, ReleaseStore, dump_release
from pipelines.registry.garbage import SNAPSHOTS, Garbage
from pipelines.tracking.removed_versions import note_removal


def remove(store: ReleaseStore, garbage: Garbage) -> None:
    """Remove it: releases before their artifacts, manifests before their files.

    A process that is killed leaves the rest to the next one. Raises ``RefusedError`` where the
    champion became one of the removed releases meanwhile; the releases are put back then.
    """
    storage = store.storage
    for release in garbage.releases:
        storage.remove(_key(release))
    crash_point("gc.after-releases")
    _check_champions(store, garbage)

    for ref in garbage.artifacts:
        note_removal(storage, ref)
        crash_point("gc.after-note")
        # Without its manifest it is no artifact, so that nobody reads a part of it.
        storage.remove(f"artifacts/{ref}/{MANIFEST}")
        crash_point("gc.after-manifest")
        storage.remove(f"artifacts/{ref}")
    crash_point("gc.after-artifacts")

    for ref in garbage.snapshots:
        storage.remove(f"{SNAPSHOTS}/{ref}/{MANIFEST}")
        crash_point("gc.after-snapshot-manifest")
        storage.remove(f"{SNAPSHOTS}/{ref}")
    for keys in garbage.others.values():
        for key in keys:
            storage.remove(key)
    crash_point("gc.before-versions")


def _check_champions(store: ReleaseStore, garbage: Garbage) -> None:
    """Put releases back where somebody promoted one of them between search and removal."""
    champions = store.champions()
    if not any(release.id in champions for release in garbage.releases):
        return

    for release in garbage.releases:
        store.storage.write_text(_key(release), dump_release(release))
    raise RefusedError(
        "nothing was removed: the champion changed meanwhile; run 'listrec registry gc' again"
    )


def _key(release: Release) -> str:
    return f"releases/{release.id}.json"
