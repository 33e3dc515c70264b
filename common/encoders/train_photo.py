"""What every trained photo encoder ends with: its standard, measured on training photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from common.encoders.photo import PhotoEncoder, read_settings
from common.encoders.session import open_session
from common.encoders.standard import fit_standard, no_standard
from common.encoders.train_sample import MEASURED, draw
from common.errors import InputError
from common.listing import Listing, Photo
from common.photos.limits import LIMITS

if TYPE_CHECKING:
    from common.snapshot import Snapshot


def measure_photos(snapshot: Snapshot, folder: Path, seed: int) -> int:
    """Write the standard of the network in ``folder``; return how many photos it was taken from.

    Raises ``InputError`` when no training photo can be used.
    """
    session = open_session(folder)
    dimensions = session.get_outputs()[0].shape[1]
    raw = PhotoEncoder("", read_settings(folder), session, no_standard(dimensions))
    chosen = draw(photos(snapshot), MEASURED, seed)
    vectors = raw.encode([Listing(photos=(photo,)) for photo in chosen])
    vectors = vectors[vectors.any(axis=1)]
    if not len(vectors):
        raise InputError("this snapshot has no photo at all to train an encoder on")
    fit_standard(vectors).save(folder)
    return len(vectors)


def photos(snapshot: Snapshot) -> Iterator[Photo]:
    """Yield the photos of training rows that an encoder looks at."""
    for batch in snapshot.batches("train"):
        for listing in batch:
            yield from listing.photos[: LIMITS.count]
