"""The photos of training rows, and random samples of streams."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from common.listing import Listing, Photo
from common.photos.limits import LIMITS

if TYPE_CHECKING:
    from common.snapshot import Snapshot

Item = TypeVar("Item")


def reservoir_sample(stream: Iterable[Item], max_items: int, seed: int) -> list[Item]:
    """Return at most ``max_items`` of a stream, each drawn with the same probability.

    Reservoir sampling (Vitter 1985, algorithm R): the stream is read once, and only the sample is
    kept in memory.
    """
    sample: list[Item] = []
    generator = random.Random(seed)

    for index, item in enumerate(stream):
        if index < max_items:
            sample.append(item)
            continue
        replaced = generator.randrange(index + 1)
        if replaced < max_items:
            sample[replaced] = item
    return sample


def training_photos(snapshot: Snapshot) -> Iterator[tuple[Listing, Photo]]:
    """Yield the photos of training rows with their listing, in order, one batch in memory."""
    for batch in snapshot.batches("train"):
        for listing in batch:
            for photo in listing.photos[: LIMITS.max_photos]:
                yield listing, photo
