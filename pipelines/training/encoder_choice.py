"""Which encoders a run trains, and on which it trains models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.training import targets
from pipelines.training.process import Context

if TYPE_CHECKING:
    from common.snapshot import Snapshot
    from common.store.release import ReleaseStore

FIELDS_OF_MODALITY = {"text": ("title", "description"), "photo": ("photos",)}
"""Fields of a listing that an encoder of each modality reads."""


def trainable(
    context: Context, snapshot: Snapshot, modalities: Mapping[str, str]
) -> list[str]:
    """Name the encoders whose modality some row of the snapshot has; note the others.

    There may be none: models read n-grams themselves.
    """
    coverage = snapshot.manifest.coverage
    names = []
    for name, modality in modalities.items():
        if any(coverage.get(field) for field in FIELDS_OF_MODALITY[modality]):
            names.append(name)
        else:
            noun = "a photo" if modality == "photo" else "text"
            context.note(
                f"encoder {name} is left out: no row of the snapshot has {noun}"
            )
    return names


def default_ids(store: ReleaseStore) -> list[str]:
    """Return the ids of the champion's encoders, else of the newest; there may be none."""
    return _champion(store) or _newest(store)


def in_use(store: ReleaseStore) -> set[str]:
    """Return the ids of the encoders whose vectors a run may need again."""
    return {*_champion(store), *_newest(store)}


def _champion(store: ReleaseStore) -> list[str]:
    """Ids of the champion's encoders."""
    return list(store.read().encoders) if store.champion() else []


def _newest(store: ReleaseStore) -> list[str]:
    """Ids of the encoders that the last run trained, if all of them passed."""
    return (store.newest(targets.ENCODERS) or "").split()
