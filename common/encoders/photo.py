"""Photo encoders: a network that training exported, run by onnxruntime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders.onnx_session import (
    VECTORS,
    in_parallel,
    open_session,
    split_batches,
)
from common.encoders.standardise import Standardiser, load_standardiser
from common.errors import ArtifactError, PhotoError
from common.listing import Listing, Photo
from common.photos.decoding import load_image
from common.photos.limits import LIMITS
from common.photos.preprocessing import Preprocessing, Size
from common.store import artifacts

SETTINGS = "photo.json"

BATCH_SIZE = 8
"""Photos that a thread takes at a time."""


@dataclass(frozen=True, slots=True)
class PhotoEncoder:
    """A network from ``pixels [photos, 3, height, width]`` to vectors, then standardised.

    Attributes:
        id: id of the artifact.
        preprocessing: from an image to the network's input.
        session: onnxruntime's session of the network.
        standardiser: brings the network's vectors to mean 0 and variance 1.
        frozen: whether the network has not learned from the labels of a shop's rows.
    """

    id: str
    preprocessing: Preprocessing
    session: Any
    standardiser: Standardiser
    frozen: bool = False

    @property
    def modality(self) -> str:
        """``photo``."""
        return "photo"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return len(self.standardiser.mean)

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return the mean of the vectors of a listing's photos, ``[rows, dims]``.

        A photo that cannot be used counts as absent; a listing without any other gets zeros.
        """
        batches = split_batches(_photos_of(listings), BATCH_SIZE)
        rows: list[int] = []
        vectors = [np.zeros((0, self.dimensions), np.float32)]
        for batch_rows, batch_vectors in in_parallel(self._encode_batch, batches):
            rows += batch_rows
            vectors.append(batch_vectors)
        return mean_by_listing(rows, np.concatenate(vectors), len(listings))

    def _encode_batch(
        self, photos: Sequence[tuple[int, Photo]]
    ) -> tuple[list[int], Floats]:
        """Return the rows of the usable photos, and their vectors."""
        rows, inputs = [], []
        for row, photo in photos:
            pixels = read_pixels(photo, self.preprocessing)
            if pixels is not None:
                rows.append(row)
                inputs.append(pixels)
        if not inputs:
            return [], np.zeros((0, self.dimensions), np.float32)

        # One by one, which is no slower: in a batch the last digits depend on the other photos,
        # and a model trained on the vectors would depend on how they were batched.
        vectors = []
        for pixels in inputs:
            vectors += self.session.run([VECTORS], {"pixels": pixels[None]})
        return rows, self.standardiser.apply(np.concatenate(vectors))


def mean_by_listing(rows: Sequence[int], vectors: Floats, n_listings: int) -> Floats:
    """Return the mean of the vectors of a listing's photos, ``[listings, dims]``.

    ``rows`` are the listings of ``vectors [photos, dims]``. A listing without any gets zeros.
    """
    sums = np.zeros((n_listings, vectors.shape[1]), np.float32)
    counts = np.zeros(n_listings, np.float32)
    np.add.at(sums, rows, vectors)
    np.add.at(counts, rows, 1)
    sums /= np.maximum(counts, 1)[:, None]
    return sums


def _photos_of(listings: Sequence[Listing]) -> list[tuple[int, Photo]]:
    """Return the photos with the rows of their listings."""
    photos = []
    for row, listing in enumerate(listings):
        for photo in listing.photos[: LIMITS.max_photos]:
            photos.append((row, photo))
    return photos


def read_pixels(photo: Photo, preprocessing: Preprocessing) -> Floats | None:
    """Return a photo as a network's input, ``[3, height, width]``; ``None`` if it is unusable."""
    try:
        return preprocessing.apply(load_image(photo))
    except PhotoError:
        return None


def save_settings(folder: Path, preprocessing: Preprocessing) -> None:
    """Write what ``load`` needs beside the network and its standardiser."""
    text = json.dumps(asdict(preprocessing), indent=2, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load(folder: Path, threads: int = 1) -> PhotoEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's.

    ``threads`` is how many onnxruntime may use for one call.
    """
    return open_folder(folder, artifacts.read(folder, verify=False).id, threads)


def open_folder(folder: Path, encoder_id: str = "", threads: int = 1) -> PhotoEncoder:
    """Open the files of an encoder, whose folder need not be an artifact yet."""
    session = open_session(folder, threads)
    return PhotoEncoder(
        encoder_id, _read_settings(folder), session, load_standardiser(folder)
    )


def _read_settings(folder: Path) -> Preprocessing:
    path = folder / SETTINGS
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        # JSON has lists where the settings have tuples.
        for name in ("exact", "crop"):
            values[name] = values[name] and Size(*values[name])
        for name in ("mean", "std"):
            values[name] = tuple(values[name])
        return Preprocessing(**values)
    except (OSError, ValueError, TypeError, KeyError):
        raise ArtifactError(f"{path} holds no settings of a photo encoder") from None
