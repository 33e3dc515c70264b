"""Where a release comes from, and what used it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.runs.run_list import Run, list_runs
from common.store.history import Move
from common.store.release import Release, ReleaseStore


@dataclass(frozen=True, slots=True)
class Part:
    """An artifact of a release.

    Attributes:
        name: the model, or ``encoder-`` and the name of the encoder.
        artifact: its id.
        snapshot: id of the rows that it was trained on.
        encoders: ids of the encoders that it needs.
        run: the first run that names it, empty where no record is left.
        commit: commit of that run, where it is known.
        releases: ids of the other releases that have it too.
    """

    name: str
    artifact: str
    snapshot: str
    encoders: tuple[str, ...]
    run: str
    commit: str
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a release comes from, and what used it.

    Attributes:
        release: its id.
        created_at: time of its publication.
        runs: the runs that published it.
        parts: its encoders and models.
        moves: moves of the champion to it and away from it, newest first.
    """

    release: str
    created_at: str
    runs: tuple[str, ...]
    parts: tuple[Part, ...]
    moves: tuple[Move, ...]


def trace(store: ReleaseStore, release_id: str | None, now: datetime) -> Lineage:
    """Return the lineage of a release, the champion by default.

    Raises ``ArtifactError`` where there is no such release, or one of its artifacts is missing.
    """
    release = store.read(release_id)
    others = [store.read(other) for other in store.releases() if other != release.id]
    runs = list_runs(store.storage, now)
    runs.reverse()

    refs = (*release.encoders, *release.models.values())
    moves = [
        move for move in store.moves() if release.id in (move.release, move.previous)
    ]
    return Lineage(
        release=release.id,
        created_at=release.created_at,
        runs=tuple(run.name for run in runs if release.id in run.releases),
        parts=tuple(_part(store, ref, runs, others) for ref in refs),
        moves=tuple(moves),
    )


def _part(
    store: ReleaseStore, ref: str, runs: Sequence[Run], others: Sequence[Release]
) -> Part:
    manifest = store.manifest(ref)
    prefix = "encoder-" if manifest.role == "encoder" else ""
    first = next((run for run in runs if ref in run.artifacts), None)
    return Part(
        name=prefix + manifest.name,
        artifact=ref,
        snapshot=manifest.snapshot,
        encoders=manifest.encoders,
        run=first.name if first else "",
        commit=first.commit if first else "",
        releases=tuple(other.id for other in others if ref in other.checksums),
    )
