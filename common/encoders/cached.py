"""An encoder that keeps its vectors on disk, so that a training run computes each of them once.

The encoder, its evaluation and every model ask for vectors of the same listings, each in a process
of its own; so does the next night's run for the listings that it shares with this one.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.encoders import Encoder
from common.listing import Listing
from common.progress import Progress

if TYPE_CHECKING:
    from common.snapshot import Snapshot

FOLDER, KEYS, VECTORS = "vectors", "keys.npy", "vectors.npy"
KEY_BYTES = 16
MIN_ROWS = 64
"""Fewer new vectors than this are not worth files of their own."""

BATCH_SIZE = 1024

_CONTENT_HASH = re.compile(r"\.zip/([0-9a-f]{64})\.\w+$")
"""The end of a photo's path in a snapshot: its name there is the hash of its content."""


class CachedEncoder:
    """Encodes as ``encoder`` does, and looks into ``folder`` first.

    The key of a listing is its text, or the content of the photos that a snapshot keeps; a listing
    of other photos has no key and is encoded each time. The folder holds one folder of arrays for
    each batch of new vectors, and may be deleted at any time.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Open the vectors in ``folder`` as memory maps; other processes may add to them."""
        self._encoder = encoder
        self._folder = folder
        self._locations: dict[bytes, tuple[Floats, int]] = {}

        # Names that begin with a dot are drafts of other processes.
        shards = sorted(folder.glob("[!.]*/")) if folder.is_dir() else []
        for shard in shards:
            keys = np.load(shard / KEYS)
            vectors = np.load(shard / VECTORS, mmap_mode="r")
            self._index(keys, vectors)

    @property
    def id(self) -> str:
        """Id of the encoder."""
        return self._encoder.id

    @property
    def modality(self) -> str:
        """Modality of the encoder, ``text`` or ``photo``."""
        return self._encoder.modality

    @property
    def frozen(self) -> bool:
        """Whether the encoder has not learned from labels."""
        return self._encoder.frozen

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._encoder.dimensions

    def encode(self, listings: Sequence[Listing]) -> Floats:
        """Return vectors ``[len(listings), dimensions]``, from the cache where it has them."""
        keys = [_key(listing, self.modality) for listing in listings]
        new_rows = [row for row, key in enumerate(keys) if key not in self._locations]

        vectors = np.zeros((len(listings), self.dimensions), np.float32)
        self._fill(vectors, keys)
        if new_rows:
            new_listings = [listings[row] for row in new_rows]
            vectors[new_rows] = self._encoder.encode(new_listings)
            self._store_rows(new_rows, keys, vectors)
        return vectors

    def _fill(self, vectors: Floats, keys: Sequence[bytes]) -> None:
        """Write the cached vectors into the rows whose keys are known."""
        for row, key in enumerate(keys):
            location = self._locations.get(key)
            if location is not None:
                shard, index = location
                vectors[row] = shard[index]

    def _store_rows(
        self, rows: Sequence[int], keys: Sequence[bytes], vectors: Floats
    ) -> None:
        rows_with_key = [row for row in rows if keys[row]]
        keys_to_store = [keys[row] for row in rows_with_key]
        self._store(keys_to_store, vectors[rows_with_key])

    def _store(self, keys: Sequence[bytes], vectors: Floats) -> None:
        key_array = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
        self._index(key_array, vectors)
        if len(keys) < MIN_ROWS:
            return

        # Renaming a complete folder is atomic: no other process sees half of it.
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
        try:
            np.save(draft / KEYS, key_array)
            np.save(draft / VECTORS, vectors)
            draft.rename(self._folder / draft.name.removeprefix(".draft-"))
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _index(self, keys: NDArray[np.uint8], vectors: Floats) -> None:
        for index, key in enumerate(keys):
            self._locations[key.tobytes()] = (vectors, index)


def cached(encoder: Encoder, cache: Path) -> CachedEncoder:
    """Return the encoder with the vectors that are kept below ``cache``."""
    return CachedEncoder(encoder, cache / FOLDER / encoder.id)


def prune_cache(cache: Path, kept_ids: Collection[str]) -> None:
    """Delete the vectors of all encoders except those with ``kept_ids``."""
    for folder in (cache / FOLDER).glob("*"):
        if folder.name not in kept_ids:
            shutil.rmtree(folder, ignore_errors=True)


def warm_cache(encoder: Encoder, snapshot: Snapshot, progress: Progress) -> None:
    """Encode a whole snapshot with a cached encoder."""
    splits = ("train", "validation", "test")
    total = sum(snapshot.count(split) for split in splits)
    done = 0

    for split in splits:
        for batch in snapshot.batches(split, BATCH_SIZE):
            encoder.encode(batch)
            done += len(batch)
            progress(f"encoding {done:,} of {total:,} listings", done / max(total, 1))


def _key(listing: Listing, modality: str) -> bytes:
    """Return the key of a listing; empty where a photo's path does not tell its content."""
    if modality == "photo":
        matches = [_CONTENT_HASH.search(photo.path) for photo in listing.photos]
        if not all(matches):
            return b""
        parts = [match[1] for match in matches if match]
    else:
        parts = [listing.title, listing.description]

    text = "\0".join([modality, *parts])
    return blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES
    ).digest()
