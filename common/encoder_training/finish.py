"""The last steps of exporting an encoder: standardise its vectors, and quantise where wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from common.arrays import Floats
from common.encoder_training.sampling import reservoir_sample
from common.encoders.config import INT8, ConvnetConfig, TransformerConfig
from common.encoders.onnx_session import open_session
from common.encoders.photo import BATCH_SIZE, PhotoEncoder, read_pixels
from common.encoders.standardise import Standardiser, fit_standardiser
from common.encoders.text import TextEncoder
from common.errors import CannotTrain
from common.listing import Listing
from common.photos.limits import LIMITS

if TYPE_CHECKING:
    from common.snapshot import Snapshot

N_STANDARDISING_ROWS = 2000
"""Training photos or texts, at most, whose vectors are measured to standardise all."""

N_CALIBRATION_PHOTOS = 128
"""Training photos on which the ranges of a network's activations are measured."""

N_COMPARED_ROWS = 500
"""Validation photos or texts on which vectors in 8 and in 32 bits are compared."""

ExportedEncoder = PhotoEncoder | TextEncoder
OpenFolder = Callable[[Path], ExportedEncoder]


def standardise_and_quantise(
    snapshot: Snapshot,
    folder: Path,
    config: ConvnetConfig | TransformerConfig,
    open_folder: OpenFolder,
) -> dict[str, Any]:
    """Complete the network that was exported into ``folder``; return entries for its summary.

    Vectors are standardised on training rows. With 8 bits the summary holds ``int8_cosine``: mean
    and least cosine between vectors in 8 and in 32 bits, on validation rows.

    Raises ``InputError`` when no training row can be encoded.
    """
    n_measured = _standardise(snapshot, folder, config.seed, open_folder)
    summary: dict[str, Any] = {"measured": n_measured}
    if config.precision != INT8:
        return summary

    from common.encoder_training import quantise

    exact = open_folder(folder)
    if isinstance(exact, PhotoEncoder):
        quantise.quantise_static(
            folder, _calibration_batches(snapshot, exact, config.seed)
        )
    else:
        quantise.quantise_dynamic(folder)
    # Rounding shifts and scales the vectors a little.
    _standardise(snapshot, folder, config.seed, open_folder)

    quantised = open_folder(folder)
    summary["int8_cosine"] = _compare(snapshot, exact, quantised, config.seed)
    return summary


def _standardise(
    snapshot: Snapshot, folder: Path, seed: int, open_folder: OpenFolder
) -> int:
    """Fit and write the standardiser of the network in ``folder``; return the rows it is fit to."""
    _save_identity(folder)
    raw = open_folder(folder)
    rows = reservoir_sample(
        _rows(snapshot, "train", raw.modality), N_STANDARDISING_ROWS, seed
    )
    vectors = raw.encode(rows)
    vectors = vectors[vectors.any(axis=1)]
    if not len(vectors):
        raise CannotTrain(f"no training row has a {raw.modality} that can be encoded")

    fit_standardiser(vectors).save(folder)
    return len(vectors)


def _save_identity(folder: Path) -> None:
    """Write a standardiser that changes nothing, since an encoder opens with one only."""
    (output,) = open_session(folder).get_outputs()
    dimensions = output.shape[1]
    identity = Standardiser(
        mean=np.zeros(dimensions, np.float32),
        scale=np.ones(dimensions, np.float32),
    )
    identity.save(folder)


def _compare(
    snapshot: Snapshot, exact: ExportedEncoder, quantised: ExportedEncoder, seed: int
) -> Mapping[str, float]:
    """Return mean and least cosine between the vectors of two encoders."""
    split = "validation" if snapshot.count("validation") else "train"
    rows = reservoir_sample(
        _rows(snapshot, split, exact.modality), N_COMPARED_ROWS, seed
    )
    expected = exact.encode(rows)
    actual = quantised.encode(rows)

    cosines = _cosines(expected, actual)
    if not len(cosines):
        return {}
    return {
        "mean": round(float(cosines.mean()), 4),
        "least": round(float(cosines.min()), 4),
    }


def _cosines(expected: Floats, actual: Floats) -> Floats:
    """Return the cosine of each pair of vectors, without pairs of a vector of zeros."""
    lengths = np.linalg.norm(expected, axis=1) * np.linalg.norm(actual, axis=1)
    products = (expected * actual).sum(axis=1)
    has_length = lengths > 0
    cosines: Floats = products[has_length] / lengths[has_length]
    return cosines


def _calibration_batches(
    snapshot: Snapshot, encoder: PhotoEncoder, seed: int
) -> Iterator[Floats]:
    """Yield batches of training photos as the network's input."""
    rows = _rows(snapshot, "train", encoder.modality)
    sample = reservoir_sample(rows, N_CALIBRATION_PHOTOS, seed)

    for start in range(0, len(sample), BATCH_SIZE):
        batch = []
        for row in sample[start : start + BATCH_SIZE]:
            pixels = read_pixels(row.photos[0], encoder.preprocessing)
            if pixels is not None:
                batch.append(pixels)
        if batch:
            yield np.stack(batch)


def _rows(snapshot: Snapshot, split: str, modality: str) -> Iterator[Listing]:
    """Yield the photos of a split, each as a listing of its own, or the listings with text."""
    for batch in snapshot.batches(split):
        for listing in batch:
            if modality == "photo":
                for photo in listing.photos[: LIMITS.max_photos]:
                    yield Listing(photos=(photo,))
            elif listing.can_show(modality):
                yield listing
