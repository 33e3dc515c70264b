"""The model registry in mlflow: a version for each artifact, an alias that follows the champion.

The release pointer alone decides what is served. The alias is for people; ``reconcile`` brings it
back in line after a crash between the two.
"""

from __future__ import annotations

from typing import Any

from common.crash_points import crash_point
from common.errors import InputError, UnavailableError
from common.settings import Settings
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from pipelines.tracking.client import is_server, open_client
from pipelines.tracking.connection import answering
from pipelines.tracking.names import registered_model

ALIAS = "champion"

DELETED = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "INVALID_STATE")
"""Codes of mlflow's errors for a run that was deleted."""


def model_name(settings: Settings, manifest: Manifest) -> str:
    """Return the registered model that an artifact is a version of: ``listing-category``."""
    kind = "encoder-" if manifest.role == "encoder" else ""
    return registered_model(settings, kind + manifest.name)


def register_version(
    client: Any, settings: Settings, manifest: Manifest, run_id: str | None
) -> str:
    """Register an artifact, unless it is registered already, and return its version."""
    from mlflow.exceptions import MlflowException

    name = model_name(settings, manifest)
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise

    _describe_for_mlflow(settings, manifest)
    registered = _find_version(client, settings, manifest)
    if registered:
        return str(registered.version)

    tags = {"artifact_id": manifest.id, "snapshot": manifest.snapshot}
    source = _artifact_source(settings, manifest)
    created = client.create_model_version(name, source, run_id, tags=tags)
    return str(created.version)


def reconcile(settings: Settings, store: ReleaseStore) -> list[str]:
    """Point mlflow's aliases at the champion release; return a sentence for each that moved.

    Raises ``UnavailableError`` where mlflow does not answer, and ``InputError`` where its database
    is of another version; the champion is served all the same.
    """
    release = store.read()
    manifests = [
        store.manifest(ref) for ref in (*release.encoders, *release.models.values())
    ]

    try:
        with answering(settings):
            client = open_client(settings)
            moves = [_move_alias(client, settings, manifest) for manifest in manifests]
            # After all aliases: a crash in between leaves aliases that are complete.
            for manifest in manifests:
                _tag_run(client, settings, manifest, release.id)
    except (InputError, UnavailableError) as error:
        raise type(error)(
            f"release {release.id} is the champion, and only mlflow's aliases are behind, because"
            f" {error}; once it answers, run 'listrec registry reconcile'"
        ) from None
    return [sentence for sentence in moves if sentence]


def _describe_for_mlflow(settings: Settings, manifest: Manifest) -> None:
    """Put the file by which mlflow loads a model beside its artifact, unless it is there."""
    if manifest.role != "model":
        return
    # Arrow is imported here: a run that registers encoders alone has no use for it.
    from pipelines.tracking import mlmodel

    store = ReleaseStore(settings.store)
    text = mlmodel.mlmodel(manifest, settings.store)
    if store.read_companion(manifest.id, mlmodel.FILE) != text:
        store.write_companion(manifest.id, mlmodel.FILE, text)


def _artifact_source(settings: Settings, manifest: Manifest) -> str:
    """Return where an artifact is kept, as a source that mlflow accepts."""
    url = ReleaseStore(settings.store).artifact_url(manifest.id)
    # A server refuses local paths, so the source is a name within the store instead.
    if is_server(settings.tracking_uri) and "://" not in url:
        return f"listrec://artifacts/{manifest.id}"
    return url


def _move_alias(client: Any, settings: Settings, manifest: Manifest) -> str:
    """Point the alias at an artifact's version; return a sentence, or nothing if it did already."""
    name = model_name(settings, manifest)
    version = register_version(client, settings, manifest, None)
    before = client.get_registered_model(name).aliases.get(ALIAS)
    if str(before) == version:
        return ""

    client.set_registered_model_alias(name, ALIAS, version)
    crash_point("reconcile.after-alias")
    origin = f"from version {before} " if before else ""
    return (
        f"{name}: {ALIAS} moved {origin}to version {version} (artifact {manifest.id})"
    )


def _tag_run(
    client: Any, settings: Settings, manifest: Manifest, release_id: str
) -> None:
    """Write the release into the run that trained an artifact."""
    from mlflow.exceptions import MlflowException

    version = _find_version(client, settings, manifest)
    if not (version and version.run_id):
        return
    try:
        client.set_tag(version.run_id, "release", release_id)
    except MlflowException as error:
        # Somebody may have deleted the run in mlflow: then there is nothing to tag.
        if error.error_code not in DELETED:
            raise


def _find_version(client: Any, settings: Settings, manifest: Manifest) -> Any | None:
    name = model_name(settings, manifest)
    query = f"name='{name}' and tag.artifact_id='{manifest.id}'"
    return next(iter(client.search_model_versions(query)), None)
