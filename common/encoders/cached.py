"""An encoder that keeps the vectors it made, so that a training run makes each of them once.

The encoder, its evaluation and every model ask for vectors of the same listings, each in a process
of its own; so does the next night's run for the listings that it shares with this one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from common.arrays import Floats
from common.encoders import Encoder
from common.listing import Listing
from common.store.atomic import draft_folder

if TYPE_CHECKING:
    from common.snapshot import Snapshot

FOLDER, KEYS, VECTORS = "vectors", "keys.npy", "vectors.npy"
KEY_BYTES = 16
MIN_ROWS = 64
"""Fewer new vectors than this are not worth files of their own."""

BATCH_SIZE = 1024

_BY_CONTENT = re.compile(r"\.zip/([0-9a-f]{64})\.\w+$")
"""The end of a photo's path in a snapshot: its name there is the hash of its content."""


class CachedEncoder:
    """Encodes as ``encoder`` does, and looks into ``folder`` first.

    Listings are known by their text, or by the content of the photos a snapshot keeps; what cannot
    be known again is encoded each time. The folder holds one folder of arrays for each batch of
    new vectors, and may be deleted at any time.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Open what the folder holds, without reading it all; other processes may add to it."""
        self._encoder = encoder
        self._folder = folder
        self._places: dict[bytes, tuple[Floats, int]] = {}
        for shard in sorted(folder.glob("[!.]*/")) if folder.is_dir() else ():
            keys = np.load(shard / KEYS)
            self._add(keys, np.load(shard / VECTORS, mmap_mode="r"))

    @property
    def id(self) -> str:
        """That of the encoder."""
        return self._encoder.id

    @property
    def modality(self) -> str:
        """What the encoder reads."""
        return self._encoder.modality

    @property
    def frozen(self) -> bool:
        """Whether it learned nothing from labels."""
        return self._encoder.frozen

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._encoder.dimensions

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``, those of before where there are any."""
        keys = [_key(listing, self.modality) for listing in listings]
        new = [row for row, key in enumerate(keys) if key not in self._places]
        vectors = np.zeros((len(listings), self.dimensions), np.float32)
        if new:
            vectors[new] = self._encoder.encode([listings[row] for row in new])
            named = [row for row in new if keys[row]]
            self._keep([keys[row] for row in named], vectors[named])
        fresh = set(new)
        for row, key in enumerate(keys):
            if row not in fresh:
                shard, place = self._places[key]
                vectors[row] = shard[place]
        return vectors

    def _keep(self, keys: Sequence[bytes], vectors: Floats) -> None:
        names = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
        self._add(names, vectors)
        if len(keys) < MIN_ROWS:
            return
        with draft_folder(self._folder) as draft:
            np.save(draft / KEYS, names)
            np.save(draft / VECTORS, vectors)
            draft.rename(self._folder / uuid4().hex)

    def _add(self, keys: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], vectors: Floats) -> None:
        for place, key in enumerate(keys):
            self._places[key.tobytes()] = (vectors, place)


def cached(encoder: Encoder, cache: Path) -> CachedEncoder:
    """Return the encoder with the vectors that are kept below ``cache``."""
    return CachedEncoder(encoder, cache / FOLDER / encoder.id)


def prune_cache(cache: Path, kept: Collection[str]) -> None:
    """Delete the vectors of all encoders but those ``kept``, by their ids."""
    for folder in (cache / FOLDER).glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def warm_cache(
    encoder: Encoder, snapshot: Snapshot, progress: Callable[[str, float], None]
) -> None:
    """Have a remembered encoder make the vectors of a whole snapshot, reporting how far it is."""
    done, total = 0, sum(snapshot.count(split) for split in ("train", "validation", "test"))
    for split in ("train", "validation", "test"):
        for batch in snapshot.batches(split, BATCH_SIZE):
            encoder.encode(batch)
            done += len(batch)
            progress(f"encoding {done:,} of {total:,} listings", done / max(total, 1))


def _key(listing: Listing, reads: str) -> bytes:
    """What a listing is known by; empty where its photos have no name that tells their content."""
    if reads == "photo":
        named = [_BY_CONTENT.search(photo.path) for photo in listing.photos]
        if not all(named):
            return b""
        parts = [match[1] for match in named if match]
    else:
        parts = [listing.title, listing.description]
    text = "\0".join([reads, *parts])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
