"""Erases rows from snapshots of outcomes, in the home folder and in the store.

A snapshot of the store has its id for a name, so one without the rows has another name. The old
manifest names it first: whoever reads the old one meets no snapshot, and an erasure that is killed
is finished by the next one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common.encoders.cached import prune_cache
from common.errors import ArtifactError, UnavailableError
from common.settings import Settings
from common.snapshot import Snapshot, read_manifest
from common.store import new_folder
from common.store.artifacts import MANIFEST
from common.store.atomic import draft_folder, remove_dead_drafts
from common.store.storage import Storage
from ingest.outcomes import OUTCOMES
from ingest.outcomes.replacement import (
    Replaced,
    finish_replacement,
    open_outcomes,
    replace_folder,
    unfinished,
)
from ingest.outcomes.without_rows import ErasedRows, has_rows, read_keys, write_without
from pipelines.data_checks.profile import profile, read_profile, write_profile
from pipelines.training import challenger_count
from pipelines.training.snapshot_store import FOLDER, open_stored, publish_snapshot

WRITING_TIME = timedelta(hours=1)
"""Time without a write after which a snapshot of the store without a manifest is left behind."""

REPLACED_BY = "replaced_by"
"""Key in the manifest of a snapshot that is being removed."""


def erase_from_snapshots(
    settings: Settings, erased: ErasedRows, named: Sequence[Path] = ()
) -> list[Replaced]:
    """Write the snapshots of outcomes anew that have rows to be erased; return which.

    They are those of the store, of ``LISTREC_HOME/snapshots`` and the ``named`` ones. Vectors and
    other copies of their rows are removed. Where it is killed or fails, the same call goes on.
    Raises ``InputError`` and ``UnavailableError`` where a snapshot is being written.
    """
    home, cache, storage = settings.home, settings.cache, Storage(settings.store)
    new_folder.remove_drafts(home / FOLDER)
    remove_dead_drafts(cache)

    folders = [*_of_home(home / FOLDER), *map(open_outcomes, named)]
    folders = [snapshot for snapshot in folders if has_rows(snapshot, erased)]
    stored = [each for each in _of_store(storage, cache) if has_rows(each, erased)]
    if folders or stored:
        # Before: an erasure that is killed afterwards would not find any rows again.
        _remove_copies(cache)

    replaced = [replace_folder(snapshot, erased) for snapshot in folders]
    for snapshot in stored:
        replaced.append(_replace_stored(storage, cache, snapshot, erased))
    _remove_incomplete(storage)
    return replaced


def read_snapshot_keys(
    settings: Settings, named: Sequence[Path] = ()
) -> dict[str, set[str]]:
    """Return the keys of the rows that ``erase_from_snapshots`` would search.

    They are those of ``seller`` and of ``request``.
    """
    snapshots = [
        *_of_home(settings.home / FOLDER),
        *map(open_outcomes, named),
        *_of_store(Storage(settings.store), settings.cache),
    ]
    keys: dict[str, set[str]] = {"seller": set(), "request": set()}
    for snapshot in snapshots:
        for column, found in read_keys(snapshot).items():
            keys[column] |= found
    return keys


def _of_home(folder: Path) -> Iterator[Snapshot]:
    """Yield the snapshots of outcomes in the home folder."""
    for path in unfinished(folder):
        finish_replacement(path)
    for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
        if read_manifest(manifest.parent).source.get("kind") == OUTCOMES:
            yield open_outcomes(manifest.parent)


def _of_store(storage: Storage, cache: Path) -> Iterator[Snapshot]:
    """Yield the snapshots of outcomes in the store; finish removals that were killed."""
    for name, manifest in _manifests(storage):
        if REPLACED_BY in manifest:
            _remove_stored(storage, cache, name, manifest["files"])
        elif manifest and manifest["source"].get("kind") == OUTCOMES:
            yield open_stored(storage, name, cache, verify=False)


def _manifests(storage: Storage) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each snapshot of the store with its manifest, which is empty where there is none."""
    for name in storage.keys(FOLDER):
        if not name.endswith(".json"):
            text = storage.read_text(f"{FOLDER}/{name}/{MANIFEST}")
            try:
                yield name, json.loads(text or "{}")
            except ValueError:
                raise ArtifactError(
                    f"snapshot {name} of the store has a manifest that cannot be read: remove it,"
                    " and erase again"
                ) from None


def _remove_incomplete(storage: Storage) -> None:
    """Remove what killed processes wrote of snapshots: it may have erased rows."""
    now = datetime.now(UTC)
    for name, manifest in _manifests(storage):
        key = f"{FOLDER}/{name}"
        written = storage.usage(key).written
        if manifest or written is None:
            continue
        if now - written < WRITING_TIME:
            raise UnavailableError(
                f"snapshot {name} of the store is being written, or was within the last hour:"
                " erase again when it is complete"
            )
        storage.remove(key)


def _remove_copies(cache: Path) -> None:
    """Remove vectors of rows, and the rows of studies; what needs them makes them again."""
    prune_cache(cache, ())
    shutil.rmtree(cache / "tuning", ignore_errors=True)


def _replace_stored(
    storage: Storage, cache: Path, snapshot: Snapshot, erased: ErasedRows
) -> Replaced:
    """Put a snapshot without the rows into the store, and remove the other one."""
    old = snapshot.id
    with draft_folder(cache) as draft:
        new = write_without(snapshot, erased, draft / "snapshot")
        if new is not None:
            new = publish_snapshot(storage, new, cache)
            _copy_records(storage, old, new)
        else:
            storage.remove(f"{FOLDER}/{old}.json")

    new_id = new.id if new else ""
    files = list(snapshot.manifest.files)
    manifest = json.dumps({REPLACED_BY: new_id, "files": files})
    storage.write_text(f"{FOLDER}/{old}/{MANIFEST}", manifest + "\n")
    _remove_stored(storage, cache, old, files)
    return Replaced(f"{storage.url.rstrip('/')}/{FOLDER}/{old}", old, new_id)


def _copy_records(storage: Storage, old: str, new: Snapshot) -> None:
    """Let later runs compare with the rows that are left, and count attempts at them on."""
    if read_profile(storage, old) is not None:
        # Under the old id, too: models that were trained on the old rows name it.
        write_profile(storage, replace(profile(new), id=old))
    attempts = challenger_count.FOLDER
    for target in storage.keys(f"{attempts}/{old}"):
        text = storage.read_text(f"{attempts}/{old}/{target}")
        storage.write_text(f"{attempts}/{new.id}/{target}", text or "")


def _remove_stored(
    storage: Storage, cache: Path, old: str, files: Sequence[str]
) -> None:
    """Remove a snapshot whose manifest says that it is replaced; the manifest goes last."""
    shutil.rmtree(cache / FOLDER / old, ignore_errors=True)
    for name in files:
        storage.remove(f"{FOLDER}/{old}/{name}")
    storage.remove(f"{FOLDER}/{old}")
