"""What the training of an exported encoder ends with: its standard, and 8 bits where wanted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from common.arrays import Floats
from common.encoders.config import INT8, ConvnetConfig, TransformerConfig
from common.encoders.onnx_session import open_session
from common.encoders.photo import BATCH_SIZE, PhotoEncoder, read_pixels
from common.encoders.standardise import Standardiser, fit_standardiser
from common.encoders.text import TextEncoder
from common.errors import InputError
from common.listing import Listing
from common.photos.limits import LIMITS

if TYPE_CHECKING:
    from common.snapshot import Snapshot

MEASURED = 2000
"""Vectors are standardised by those of at most this many training photos or texts."""

N_CALIBRATION_PHOTOS = 128
"""Training photos that tell how large the numbers in a network become."""

COMPARED = 500
"""Validation photos or texts on which 8 bits are compared with 32."""

Thing = TypeVar("Thing")
Open = Callable[[Path], PhotoEncoder | TextEncoder]


def standardise_and_quantise(
    snapshot: Snapshot, folder: Path, config: ConvnetConfig | TransformerConfig, opened: Open
) -> dict[str, Any]:
    """Complete what was exported into ``folder``; return a summary for its card.

    Vectors are standardised on training rows. In 8 bits the summary holds ``int8_cosine``, the mean
    and the least cosine between vectors in 8 and in 32 bits of validation rows. Raises
    ``InputError`` when nothing there can be encoded.
    """
    summary: dict[str, Any] = {"measured": _standardise(snapshot, folder, config.seed, opened)}
    if config.precision == INT8:
        from common.encoder_training import quantise

        exact = opened(folder)
        if isinstance(exact, PhotoEncoder):
            quantise.quantise_static(folder, _pixels(snapshot, exact, config.seed))
        else:
            quantise.quantise_dynamic(folder)
        _standardise(snapshot, folder, config.seed, opened)
        summary["int8_cosine"] = _compare(snapshot, exact, opened(folder), config.seed)
    return summary


def _standardise(snapshot: Snapshot, folder: Path, seed: int, opened: Open) -> int:
    """Write the standard of the network in ``folder``; return how much it was measured on."""
    size = open_session(folder).get_outputs()[0].shape[1]
    Standardiser(np.zeros(size, np.float32), np.ones(size, np.float32)).save(folder)
    raw = opened(folder)
    vectors = raw.encode(reservoir_sample(_things(snapshot, "train", raw.modality), MEASURED, seed))
    vectors = vectors[vectors.any(axis=1)]
    if not len(vectors):
        raise InputError(f"no training row has a {raw.modality} that can be encoded")
    fit_standardiser(vectors).save(folder)
    return len(vectors)


def _compare(
    snapshot: Snapshot,
    exact: PhotoEncoder | TextEncoder,
    rounded: PhotoEncoder | TextEncoder,
    seed: int,
) -> Mapping[str, float]:
    split = "validation" if snapshot.count("validation") else "train"
    things = reservoir_sample(_things(snapshot, split, exact.modality), COMPARED, seed)
    wanted, found = exact.encode(things), rounded.encode(things)
    lengths = np.linalg.norm(wanted, axis=1) * np.linalg.norm(found, axis=1)
    cosines = (wanted * found).sum(axis=1)[lengths > 0] / lengths[lengths > 0]
    if not len(cosines):
        return {}
    return {"mean": round(float(cosines.mean()), 4), "least": round(float(cosines.min()), 4)}


def _pixels(snapshot: Snapshot, encoder: PhotoEncoder, seed: int) -> Iterator[Floats]:
    """Yield batches of training photos as the network reads them."""
    things = reservoir_sample(
        _things(snapshot, "train", encoder.modality), N_CALIBRATION_PHOTOS, seed
    )
    for start in range(0, len(things), BATCH_SIZE):
        some = [each.photos[0] for each in things[start : start + BATCH_SIZE]]
        read = [read_pixels(each, encoder.preprocessing) for each in some]
        usable = [pixels for pixels in read if pixels is not None]
        if usable:
            yield np.stack(usable)


def _things(snapshot: Snapshot, split: str, reads: str) -> Iterator[Listing]:
    """Yield the photos of a split, each as a listing of its own, or the listings with text."""
    for batch in snapshot.batches(split):
        for listing in batch:
            if reads == "photo":
                yield from (Listing(photos=(each,)) for each in listing.photos[: LIMITS.max_photos])
            elif listing.can_show(reads):
                yield listing


def reservoir_sample(found: Iterable[Thing], most: int, seed: int) -> list[Thing]:
    """Draw at most ``most`` of a stream, each with the same chance (reservoir sampling)."""
    chosen: list[Thing] = []
    number = random.Random(seed)
    for place, thing in enumerate(found):
        if place < most:
            chosen.append(thing)
        elif (other := number.randrange(place + 1)) < most:
            chosen[other] = thing
    return chosen
