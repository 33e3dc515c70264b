"""Versions in mlflow of artifacts that were removed from the store.

``listrec registry gc`` notes in the store what it removes, and deletes the versions at its end.
Where mlflow does not answer, the notes stay for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from common.crash_points import crash_point
from common.settings import Settings
from common.store.artifacts import MANIFEST
from common.store.storage import Storage
from pipelines.tracking.client import open_client
from pipelines.tracking.connection import answering
from pipelines.tracking.names import registered_model

FOLDER = "removed"
"""Prefix of the notes in the store, by the id of the artifact."""


def note_removal(storage: Storage, artifact_id: str) -> None:
    """Note that an artifact is about to be removed."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    storage.write_text(f"{FOLDER}/{artifact_id}", now + "\n")


def delete_versions(settings: Settings, storage: Storage) -> list[str]:
    """Delete the versions of artifacts that are noted; return them as ``listing-price 7``.

    Their runs stay, with the id of the artifact. Only what this store has noted is deleted: a
    command with the address of another store does no harm. Raises ``UnavailableError`` where mlflow
    does not answer.
    """
    deleted: list[str] = []
    noted = storage.keys(FOLDER)
    if not noted:
        return deleted

    with answering(settings):
        client = open_client(settings)
        for ref in noted:
            # The same rows and settings make the same artifact, which may be there again.
            if storage.read_text(f"artifacts/{ref}/{MANIFEST}") is None:
                for version in _versions(client, settings, ref):
                    client.delete_model_version(version.name, version.version)
                    crash_point("gc.after-version")
                    deleted.append(f"{version.name} {version.version}")
            storage.remove(f"{FOLDER}/{ref}")
    return deleted


def _versions(client: Any, settings: Settings, artifact_id: str) -> Iterator[Any]:
    """Yield the versions of an artifact; another team may have the same one under its own name."""
    prefix = registered_model(settings, "")
    for version in client.search_model_versions(f"tag.artifact_id='{artifact_id}'"):
        if version.name.startswith(prefix):
            yield version
