"""Removes the photos of kept listings that are erased, which are files of a store."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

from common.errors import InputError
from common.event_database.database import EventDatabase
from common.event_database.selection import Selection
from common.kept_listing import is_photo_folder, is_photo_path, photo_folder
from common.store.storage import Storage


def remove_photos(
    storage: Storage | None, database: EventDatabase, selection: Selection
) -> int:
    """Remove the photos of selected listings that no other listing has; return how many.

    Photos without a listing, which a failed write leaves, are removed with those of their seller
    or of their time. To be called before rows are deleted: an erasure that is killed can be done
    again then. Raises ``InputError`` without a store where the listings have photos.
    """
    selected = set(database.read_photos(selection))
    if storage is None:
        if selected:
            raise InputError(
                "these listings have photos: set LISTREC_KEEP_LISTINGS to where they are, so that"
                " they are erased, too"
            )
        return 0

    folders = _folders_of(storage, selection)
    touched = folders | set(map(_folder_of, selected))
    others = {
        path
        for path in database.read_other_photos(selection)
        if _folder_of(path) in touched
    }
    found = {
        path
        for folder in folders
        for path in _photos_in(storage, folder) - others
        if _is_before(storage.modified(path), selection.before)
    }
    if selection.seller or selection.request:
        # Those of a request are in the folder of its seller. Those that a backup has brought back
        # may have been written later than their listings.
        found |= selected - others
    for path in found:
        storage.remove(path)
    _remove_empty(storage, touched, selection.before)
    return len(found)


def _folders_of(storage: Storage, selection: Selection) -> set[str]:
    """Return the folders in which all photos may be selected ones."""
    key = selection.seller or selection.request
    return {photo_folder(key)} if key else set(storage.keys(""))


def _photos_in(storage: Storage, folder: str) -> set[str]:
    # Without the files of somebody else who has the same store.
    paths = (f"{folder}/{name}" for name in storage.keys(folder))
    return {path for path in paths if is_photo_path(path)}


def _remove_empty(storage: Storage, folders: Set[str], before: datetime | None) -> None:
    """Remove folders without photos, with drafts that a killed process has left in them."""
    for folder in folders:
        if is_photo_folder(folder) and not storage.keys(folder):
            written = storage.usage(folder).written
            if written is None or _is_before(written, before):
                storage.remove(folder)


def _folder_of(path: str) -> str:
    return path.partition("/")[0]


def _is_before(written: datetime | None, before: datetime | None) -> bool:
    return before is None or (written is not None and written < before)
