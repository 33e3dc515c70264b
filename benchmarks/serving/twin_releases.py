"""Two releases of the same size: one, and a copy of it under another id."""

from __future__ import annotations

import shutil
from pathlib import Path

from common.store import artifacts
from common.store.release import FetchedRelease, ReleaseStore


def publish_twice(
    champion: FetchedRelease, store: ReleaseStore, folder: Path
) -> list[str]:
    """Publish a release, and another one with a copy of each model; promote the first.

    Returns the ids of both. Copies are written into ``folder`` first.
    """
    for encoder in champion.encoders.values():
        store.publish_artifact(encoder)
    first = {
        name: store.publish_artifact(model) for name, model in champion.models.items()
    }
    second = {
        name: store.publish_artifact(_copy(model, folder))
        for name, model in champion.models.items()
    }
    releases = [store.publish(models).id for models in (first, second)]
    store.promote(releases[0])
    return releases


def _copy(artifact: Path, folder: Path) -> Path:
    """Write an artifact again with another setting, which gives it another id."""
    manifest = artifacts.read(artifact)

    def save(out: Path) -> None:
        """Copy the files."""
        for name in manifest.files:
            shutil.copy(artifact / name, out)

    return artifacts.write(
        folder / "copies",
        role=manifest.role,
        name=manifest.name,
        kind=manifest.kind,
        save=save,
        encoders=manifest.encoders,
        config={**manifest.config, "copy": True},
    )
