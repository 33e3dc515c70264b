"""The model registry in mlflow: a version for each artifact, an alias that follows the champion.

The release pointer alone decides what is served. The alias is for people; ``reconcile`` brings it
back in line after a crash between the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.settings import Settings
from common.store.artifacts import Manifest
from common.store.release import Release, ReleaseStore
from pipelines.tracking.client import is_server, open_client

ALIAS = "champion"


def model_name(manifest: Manifest) -> str:
    """Name of the registered model that an artifact is a version of: ``listing-category``."""
    kind = "encoder-" if manifest.role == "encoder" else ""
    return f"listing-{kind}{manifest.name}"


def register_version(
    client: Any, settings: Settings, manifest: Manifest, run_id: str | None
) -> str:
    """Register an artifact and return its version; what is registered already is not repeated."""
    from mlflow.exceptions import MlflowException

    name = model_name(manifest)
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    if found := _version(client, manifest):
        return str(found.version)
    tags = {"artifact_id": manifest.id, "snapshot": manifest.snapshot}
    source = _source(settings, manifest)
    return str(client.create_model_version(name, source, run_id, tags=tags).version)


def reconcile(settings: Settings, store: ReleaseStore) -> list[str]:
    """Point mlflow's aliases at the champion release; return a sentence for each that moved."""
    release = store.read()
    client = open_client(settings)
    moved = [_point(client, settings, manifest) for manifest in _manifests(store, release)]
    for manifest in _manifests(store, release):
        _tag_run(client, manifest, release.id)
    return [sentence for sentence in moved if sentence]


def _source(settings: Settings, manifest: Manifest) -> str:
    """Say where an artifact is; a server refuses paths, so there it is a name within the store."""
    url = ReleaseStore(settings.store).artifact_url(manifest.id)
    if is_server(settings.tracking_uri) and "://" not in url:
        return f"listrec://artifacts/{manifest.id}"
    return url


def _point(client: Any, settings: Settings, manifest: Manifest) -> str:
    name = model_name(manifest)
    version = register_version(client, settings, manifest, None)
    before = client.get_registered_model(name).aliases.get(ALIAS)
    if str(before) == version:
        return ""
    client.set_registered_model_alias(name, ALIAS, version)
    came = f"from version {before} " if before else ""
    return f"{name}: {ALIAS} moved {came}to version {version} (artifact {manifest.id})"


def _tag_run(client: Any, manifest: Manifest, release_id: str) -> None:
    found = _version(client, manifest)
    if found and found.run_id:
        client.set_tag(found.run_id, "release", release_id)


def _version(client: Any, manifest: Manifest) -> Any | None:
    wanted = f"name='{model_name(manifest)}' and tag.artifact_id='{manifest.id}'"
    return next(iter(client.search_model_versions(wanted)), None)


def _manifests(store: ReleaseStore, release: Release) -> Iterator[Manifest]:
    for artifact_id in (*release.encoders, *release.models.values()):
        yield store.manifest(artifact_id)
