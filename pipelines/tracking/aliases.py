"""What mlflow's aliases point at, for commands that compare them with the store."""

from __future__ import annotations

from typing import Any

from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.tracking.client import open_client
from pipelines.tracking.connection import answering
from pipelines.tracking.names import registered_model
from pipelines.tracking.registry import ALIAS, model_name


def read_aliases(settings: Settings) -> dict[tuple[str, str], str]:
    """Return the artifact of each alias, by registered model and alias; people may add their own.

    Raises ``UnavailableError`` where mlflow does not answer.
    """
    aliases: dict[tuple[str, str], str] = {}
    with answering(settings):
        client = open_client(settings)
        for model in _registered_models(client, registered_model(settings, "")):
            for alias in model.aliases:
                version = client.get_model_version_by_alias(model.name, alias)
                aliases[model.name, alias] = version.tags.get("artifact_id", "")
    return aliases


def find_behind(settings: Settings, store: ReleaseStore) -> list[str]:
    """Return the registered models whose alias does not point at the champion's artifact."""
    release = store.read()
    aliases = read_aliases(settings)
    behind = []
    for ref in (*release.encoders, *release.models.values()):
        name = model_name(settings, store.manifest(ref))
        if aliases.get((name, ALIAS)) != ref:
            behind.append(name)
    return behind


def _registered_models(client: Any, prefix: str) -> list[Any]:
    found: list[Any] = []
    token = None
    while True:
        page = client.search_registered_models(
            f"name LIKE '{prefix}%'", page_token=token
        )
        found += page
        token = page.token
        if not token:
            return found
