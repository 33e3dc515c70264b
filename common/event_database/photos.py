"""Removes the photos of kept listings that are erased, which are files of a store."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime

from common.errors import InputError
from common.event_database.database import EventDatabase
from common.event_database.selection import Selection
from common.kept_listing import is_photo_path, photo_folder
from common.store.storage import Storage


def remove_photos(
    storage: Storage | None, database: EventDatabase, selection: Selection
) -> int:
    """Remove the photos of selected listings that no other listing has; return how many.

    Photos without a listing, which a failed write leaves, are removed with those of their seller
    or of their time. To be called before rows are deleted: an erasure that is killed can be done
    again then. Raises ``InputError`` without a store where the listings have photos.
    """
    selected = database.read_photos(selection)
    if storage is None:
        if selected:
            raise InputError(
                "these listings have photos: set LISTREC_KEEP_LISTINGS to where they are, so that"
                " they are erased, too"
            )
        return 0

    others = database.read_other_photos(selection)
    found = set(_find_photos(storage, selection, others))
    if selection.request:
        # Where the seller is known, these are in the seller's folder.
        found |= selected - others
    for path in found:
        storage.remove(path)
    for folder in {path.split("/")[0] for path in found}:
        if not storage.keys(folder):
            storage.remove(folder)
    return len(found)


def _find_photos(
    storage: Storage, selection: Selection, others: Set[str]
) -> Iterator[str]:
    """Give the photos in the folders of a selection, without those of other listings."""
    key = selection.seller or selection.request
    # A folder may be shared with files that are none of ours.
    for folder in [photo_folder(key)] if key else storage.keys(""):
        for name in storage.keys(folder):
            path = f"{folder}/{name}"
            if (
                is_photo_path(path)
                and path not in others
                and _is_before(storage.modified(path), selection.before)
            ):
                yield path


def _is_before(written: datetime | None, before: datetime | None) -> bool:
    return before is None or (written is not None and written < before)
