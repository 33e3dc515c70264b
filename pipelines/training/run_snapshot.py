"""The snapshot of a run: found where the run was told, or made from the tables of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import InputError
from common.store.atomic import draft_folder
from pipelines.evaluation.load import open_snapshot
from pipelines.training.ingest_config import (
    INGEST,
    IngestConfig,
    ingest_config,
    is_of_outcomes,
    require_rows,
    to_options,
)
from pipelines.training.process import Context
from pipelines.training.snapshot_store import (
    find_snapshot,
    open_stored,
    publish_snapshot,
)

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def find_run_snapshot(
    context: Context, word: str, config: Mapping[str, Any]
) -> tuple[Snapshot, dict[str, str]]:
    """Return the snapshot of a run, and what later steps open it by.

    ``word`` is a path, or the id or address of a snapshot in the store. Without one the snapshot is
    made by the section ``ingest`` of ``config``. Steps get its ``id`` and its ``path``, which is
    empty where it is in the store.
    """
    require_rows(word, config)
    store, cache = context.store.storage, context.settings.cache
    if not word:
        snapshot = _make(context, ingest_config(config[INGEST]))
        return snapshot, {"path": "", "id": snapshot.id}

    stored = find_snapshot(store, word)
    if stored:
        return open_stored(store, stored, cache), {"path": "", "id": stored}
    snapshot = open_snapshot(word)
    return snapshot, {"path": str(Path(word).absolute()), "id": snapshot.id}


def open_run_snapshot(
    context: Context, data: Mapping[str, str], *, verify: bool = True
) -> Snapshot:
    """Open the snapshot that the first step of a run has found.

    Its files are checked, unless ``verify`` is false: then none that lies on this machine is read.
    """
    if data["path"]:
        return open_snapshot(data["path"], data["id"], verify=verify)
    storage, cache = context.store.storage, context.settings.cache
    return open_stored(storage, data["id"], cache, verify=verify)


def _make(context: Context, config: IngestConfig) -> Snapshot:
    """Ingest the sources of the settings and put the snapshot into the store."""
    from ingest.profile.losses import losses

    cache = context.settings.cache
    with draft_folder(cache) as draft:
        made = _ingest(context, config, draft / "snapshot")
        # A record of a run outlives the erasure of a seller, whose cell an example may be.
        lost = losses(made.manifest, with_examples=not is_of_outcomes(config))
        if lost and config.strict:
            raise InputError(
                f"ingest.strict: the rows lose too much: {'; '.join(lost)}; mend them"
            )
        for sentence in lost:
            context.note(f"snapshot {made.id}: {sentence}")
        return publish_snapshot(context.store.storage, made, cache)


def _ingest(context: Context, config: IngestConfig, out: Path) -> Snapshot:
    from ingest.ingest import ingest_files
    from ingest.sources import fetch_sources

    settings, progress = context.settings, context.progress
    options = to_options(config, datetime.now(UTC))
    if is_of_outcomes(config):
        from common.event_database.database import EventDatabase
        from ingest.outcomes.source import ingest_outcomes

        database = EventDatabase(settings.events)
        return ingest_outcomes(database, settings.keep_listings, out, options, progress)
    with fetch_sources(config.sources, progress) as paths:
        return ingest_files(paths, out, options, progress)
