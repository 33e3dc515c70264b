"""The versions of a model that are compared, the listings, and the notes on their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import models
from common.errors import ArtifactError, InputError
from common.listing import Listing
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from models.evaluation.outcomes import labelled

if TYPE_CHECKING:
    from common.snapshot import Snapshot

CHAMPION = "champion"
"""Names the version that the champion has, in place of an artifact's id."""

MIN_ROWS = 30
"""Labelled rows that a split needs to be compared on."""


def find_version(store: ReleaseStore, name: str, version: str) -> Manifest:
    """The manifest of a version of a model: that of an artifact's id, or of the champion's.

    Raises ``InputError`` for an artifact of something else, ``ArtifactError`` where there is none.
    """
    models.check_name(name)
    if version == CHAMPION:
        artifact = store.read().models.get(name)
        if artifact is None:
            raise ArtifactError(f"the champion has no model {name}: train it first")
        version = artifact

    manifest = store.manifest(version)
    if (manifest.role, manifest.name) != ("model", name):
        raise InputError(f"artifact {version} is {manifest.name}, not {name}")
    return manifest


def read_labelled(snapshot: Snapshot, split: str, name: str) -> list[Listing]:
    """The rows of a split that have a label for the model; raises ``InputError`` if too few."""
    from common.snapshot import SPLITS

    if split not in SPLITS:
        raise InputError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")

    listings = labelled(models.outputs(name), snapshot.read(split))
    if len(listings) < MIN_ROWS:
        wanted = " or ".join(models.outputs(name))
        raise InputError(
            f"the {split} split of snapshot {snapshot.path} has {len(listings) or 'no'} rows with a"
            f" {wanted}, and at least {MIN_ROWS} are needed: choose another snapshot or split"
        )
    return listings


def notes(
    manifests: Sequence[Manifest], snapshot: Snapshot, split: str
) -> Iterator[str]:
    """Sentences about what makes figures look better or worse than they are."""
    if split != "test":
        yield f"Models learn from {split} rows, so that figures on them flatter."

    for letter, manifest in zip("AB", manifests, strict=False):
        if manifest.snapshot and manifest.snapshot != snapshot.id:
            yield (
                f"{letter} was trained on snapshot {manifest.snapshot}, not on this one: it may"
                " have learned from some of these listings."
            )

    if len({manifest.id for manifest in manifests}) < len(manifests):
        yield "A and B are the same artifact."
