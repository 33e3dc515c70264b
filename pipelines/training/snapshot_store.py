"""Snapshots in the store, where the steps of a run find them on any machine.

A snapshot is the folder ``snapshots/<id>/`` with its manifest last, so a part of one is none. Its
profile lies beside it, ``snapshots/<id>.json``.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import ArtifactError, InputError
from common.store.artifacts import MANIFEST
from common.store.atomic import draft_folder
from common.store.storage import Storage

if TYPE_CHECKING:
    from common.snapshot import Snapshot

FOLDER = "snapshots"
"""Prefix in the store, and folder of the cache."""

MAX_UNUSED_SECONDS = 7 * 86_400
"""Time after which a snapshot that nobody opened leaves the cache."""

_ID = re.compile("[0-9a-f]{16}")


def find_snapshot(storage: Storage, word: str) -> str:
    """Return the id of the snapshot of the store that a word names; nothing where it is a path.

    An id names one, and the address of its folder. Raises ``InputError`` for another address.
    """
    if _ID.fullmatch(word) and not Path(word).exists():
        return word
    if "://" not in word:
        return ""
    below = f"{storage.url.rstrip('/')}/{FOLDER}/"
    name = word.removeprefix(below).rstrip("/")
    if not word.startswith(below) or not _ID.fullmatch(name):
        raise InputError(
            f"{word} is no snapshot of the store: those are at {below}, and 'listrec ingest' makes"
            " one of a table"
        )
    return name


def publish_snapshot(storage: Storage, snapshot: Snapshot, cache: Path) -> Snapshot:
    """Put a snapshot into the store, unless it is there, and open it from there.

    Where the store is a bucket, the folder moves into the cache.
    """
    from common.snapshot import Snapshot

    key = f"{FOLDER}/{snapshot.id}"
    if storage.read_bytes(f"{key}/{MANIFEST}") is None:
        # The manifest comes last: a folder without one is not complete, and nobody reads it.
        for name in (*snapshot.manifest.files, MANIFEST):
            storage.upload(f"{key}/{name}", snapshot.path / name)

    folder = storage.local_path(key)
    if folder is None:
        folder = _move_into_cache(snapshot.path, cache / FOLDER / snapshot.id)
    return Snapshot.open(folder, verify=False)


def open_stored(
    storage: Storage, snapshot_id: str, cache: Path, *, verify: bool = True
) -> Snapshot:
    """Open a snapshot of the store: in place where the store is a folder, else a cached copy.

    Its files are checked when they are fetched, and later unless ``verify`` is false. Raises
    ``InputError`` where there is none, ``ArtifactError`` where it is damaged.
    """
    from common.snapshot import Snapshot

    local = storage.local_path(f"{FOLDER}/{snapshot_id}")
    if local is not None:
        return Snapshot.open(local, verify=verify)

    _remove_unused(cache / FOLDER)
    folder = cache / FOLDER / snapshot_id
    if folder.is_dir():
        # A cache outlives the process that filled it: a damaged copy is fetched again.
        try:
            os.utime(folder)
            return Snapshot.open(folder, verify=verify)
        except (ArtifactError, InputError):
            shutil.rmtree(folder)

    with draft_folder(folder.parent) as draft:
        _download(storage, snapshot_id, draft)
        Snapshot.open(draft)  # a store may be damaged too
        _move_into_cache(draft, folder)
    return Snapshot.open(folder, verify=False)


def _download(storage: Storage, snapshot_id: str, draft: Path) -> None:
    from common.snapshot import read_manifest

    address = f"{storage.url.rstrip('/')}/{FOLDER}/{snapshot_id}"
    key = f"{FOLDER}/{snapshot_id}"
    if not storage.download(f"{key}/{MANIFEST}", draft / MANIFEST):
        raise InputError(
            f"there is no snapshot at {address}: it was removed, or never made"
        )
    for name in read_manifest(draft).files:
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        if not storage.download(f"{key}/{name}", draft / name):
            raise ArtifactError(f"snapshot {address} lacks its file {name}")


def _move_into_cache(folder: Path, cached: Path) -> Path:
    cached.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(cached)
    except OSError:
        # Another process was faster; its copy is the same.
        if not (cached / MANIFEST).is_file():
            raise
    return cached


def _remove_unused(folder: Path) -> None:
    """Remove copies that no run has opened for a week, so that nightly runs do not fill a disk."""
    oldest = time.time() - MAX_UNUSED_SECONDS
    for path in folder.glob("*"):
        if path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
