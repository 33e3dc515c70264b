"""Rows that no version learned from: a version is compared on those alone.

A split is a pure function of a row's group, so the rule of a snapshot says of any row, also of one
that came later, on which side it lies. The rule is kept in the store when a run begins; the
snapshot itself may be gone when its champion is compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from common.arrays import Ints
from common.errors import ArtifactError
from common.listing import Listing
from common.splits import Splitter, read_splitter
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from common.store.storage import Storage

FOLDER = "splits"
"""Prefix of the rules in the store, by the id of their snapshot."""


def keep_split(storage: Storage, snapshot: str, split: Mapping[str, Any]) -> None:
    """Keep the rule by which a snapshot was split, for comparisons on later snapshots."""
    text = json.dumps(dict(split), sort_keys=True)
    storage.write_text(f"{FOLDER}/{snapshot}.json", text + "\n")


def learned_from(store: ReleaseStore, manifest: Manifest) -> set[str]:
    """Return the ids of the snapshots that a model and its encoders were trained on."""
    parts = [manifest, *map(store.manifest, manifest.encoders)]
    return {part.snapshot for part in parts if part.snapshot}


def unseen_rows(
    storage: Storage, snapshots: Iterable[str], listings: Sequence[Listing]
) -> Ints:
    """Return the indices of the listings that every one of the snapshots keeps for its test.

    Raises ``ArtifactError`` where the store does not have the rule of a snapshot: those rows cannot
    be told apart.
    """
    splitters = [_read_splitter(storage, snapshot) for snapshot in sorted(snapshots)]
    unseen = []
    for row, listing in enumerate(listings):
        if all(splitter.split(listing) == "test" for splitter in splitters):
            unseen.append(row)
    return np.array(unseen, dtype=np.int64)


def _read_splitter(storage: Storage, snapshot: str) -> Splitter:
    text = storage.read_text(f"{FOLDER}/{snapshot}.json")
    try:
        return read_splitter(json.loads(text or "{}"))
    except (KeyError, ValueError, TypeError):
        raise ArtifactError(
            f"the store does not have the split of snapshot {snapshot}, which one of them learned"
            " from: a run on that snapshot keeps it"
        ) from None
