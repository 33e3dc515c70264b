"""Counts how many challengers were judged on the test rows of a snapshot.

They share one chance of an error (``champion_gate.py``). The count is in the store, where all runs
on that snapshot find it.
"""

from __future__ import annotations

from common.errors import UnavailableError
from common.store.storage import Storage

FOLDER = "attempts"
"""Prefix of the counts in the store, by snapshot and model."""

MAX_WRITES = 20
"""How often a count is written while other runs write it."""


def read_attempt(storage: Storage, snapshot: str, target: str, artifact: str) -> int:
    """Return which challenger an artifact is on these test rows, or would be; count nothing."""
    artifacts = (storage.read_text(f"{FOLDER}/{snapshot}/{target}") or "").split()
    if artifact in artifacts:
        return artifacts.index(artifact) + 1
    return len(artifacts) + 1


def count_attempt(storage: Storage, snapshot: str, target: str, artifact: str) -> int:
    """Return which challenger an artifact is on these test rows, from 1; count it if it is new.

    Raises ``UnavailableError`` where other runs do not stop counting.
    """
    key = f"{FOLDER}/{snapshot}/{target}"
    for _ in range(MAX_WRITES):
        text = storage.read_text(key)
        artifacts = (text or "").split()
        if artifact in artifacts:
            return artifacts.index(artifact) + 1

        changed = "\n".join([*artifacts, artifact]) + "\n"
        if storage.replace_text(key, text, changed):
            return len(artifacts) + 1

    raise UnavailableError(
        f"the attempts at snapshot {snapshot} could not be counted, other runs changed them"
        f" {MAX_WRITES} times meanwhile: start the run again"
    )
