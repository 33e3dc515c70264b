"""Encoders that look at photos: a network that training exported, run by onnxruntime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.arrays import Floats
from common.encoders.onnx_session import VECTORS, in_parallel, open_session
from common.encoders.standardise import Standardiser, load_standardiser
from common.errors import ArtifactError, PhotoError
from common.listing import Listing, Photo
from common.photos import reading
from common.photos.decoding import decode
from common.photos.limits import LIMITS
from common.photos.preprocessing import Preprocessing, Size
from common.store import artifacts

SETTINGS = "photo.json"

BATCH_SIZE = 8
"""Photos that a thread takes at a time."""


@dataclass(frozen=True, slots=True)
class PhotoEncoder:
    """A network from ``pixels [photos, 3, height, width]`` to vectors, then standardised."""

    id: str
    preprocessing: Preprocessing
    session: Any
    standard: Standardiser
    frozen: bool = False

    @property
    def modality(self) -> str:
        """Photos alone."""
        return "photo"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return len(self.standard.mean)

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return the mean of the vectors of a listing's photos, ``[rows, dims]``.

        A photo that cannot be used counts as absent; a listing without any other gets zeros.
        """
        photos = [
            (row, photo)
            for row, listing in enumerate(listings)
            for photo in listing.photos[: LIMITS.count]
        ]
        totals = np.zeros((len(listings), self.dimensions), np.float32)
        counts = np.zeros(len(listings), np.float32)
        pieces = [photos[start : start + BATCH_SIZE] for start in range(0, len(photos), BATCH_SIZE)]
        for rows, vectors in in_parallel(self._encode, pieces):
            np.add.at(totals, rows, vectors)
            np.add.at(counts, rows, 1)
        totals /= np.maximum(counts, 1)[:, None]
        return totals

    def _encode(self, photos: Sequence[tuple[int, Photo]]) -> tuple[list[int], Floats]:
        """Return the owners of the usable photos, and their vectors."""
        rows, pixels = [], []
        for row, photo in photos:
            found = read_pixels(photo, self.preprocessing)
            if found is not None:
                rows.append(row)
                pixels.append(found)
        if not pixels:
            return [], np.zeros((0, self.dimensions), np.float32)
        # One by one, which is no slower: in a batch the last digits depend on the other photos,
        # and what is trained on vectors would depend on how they were asked for.
        vectors = [self.session.run([VECTORS], {"pixels": each[None]})[0] for each in pixels]
        return rows, self.standard.apply(np.concatenate(vectors))


def read_pixels(photo: Photo, preprocessing: Preprocessing) -> Floats | None:
    """Return a photo as a network reads it, ``[3, height, width]``; ``None`` if it is unusable."""
    try:
        return preprocessing.apply(decode(reading.read_bytes(photo)))
    except PhotoError:
        return None


def save_settings(folder: Path, preprocessing: Preprocessing) -> None:
    """Write what ``load`` needs beside the network and its standard."""
    text = json.dumps(asdict(preprocessing), indent=2, sort_keys=True)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def load(folder: Path, threads: int = 1) -> PhotoEncoder:
    """Load the encoder from its artifact folder; its id is the artifact's.

    ``threads`` is how many onnxruntime may use for one call.
    """
    return open_folder(folder, artifacts.read(folder, verify=False).id, threads)


def open_folder(folder: Path, identity: str = "", threads: int = 1) -> PhotoEncoder:
    """Open the files of an encoder, whose folder need not be an artifact yet."""
    session = open_session(folder, threads)
    return PhotoEncoder(identity, _read_settings(folder), session, load_standardiser(folder))


def _read_settings(folder: Path) -> Preprocessing:
    path = folder / SETTINGS
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        for name in ("exact", "crop"):
            values[name] = values[name] and Size(*values[name])
        values |= {name: tuple(values[name]) for name in ("mean", "std")}
        return Preprocessing(**values)
    except (OSError, ValueError, TypeError, KeyError):
        raise ArtifactError(f"{path} holds no settings of a photo encoder") from None
