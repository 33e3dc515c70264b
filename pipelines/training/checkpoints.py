"""Where an encoder's training keeps its state in the store, for a step that is started again."""

from __future__ import annotations

from common.store.storage import Storage

FOLDER = "checkpoints"
"""Prefix of the states in the store."""


class Checkpoint:
    """The state of one training, by the key of its step: see ``step_cache.step_key``.

    Another machine may go on with it. What it is read for has the same rows, settings and code.
    """

    def __init__(self, storage: Storage, key: str) -> None:
        """Keep the state of the step with this key; there may be one already."""
        self._storage = storage
        self._name = f"{FOLDER}/{key}.safetensors"

    def read(self) -> bytes | None:
        """Return what was written last, if anything."""
        return self._storage.read_bytes(self._name)

    def write(self, data: bytes) -> None:
        """Replace what was written before, as a whole."""
        self._storage.write_bytes(self._name, data)

    def remove(self) -> None:
        """Keep nothing any more: the training is done."""
        self._storage.remove(self._name)
