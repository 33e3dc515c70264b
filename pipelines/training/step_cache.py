"""Results of steps by an explicit key: a step that was done before is not done again.

Kubeflow's own cache is off. Its key is the name of the image, the command and the values of the
inputs: new code under the same tag, or another snapshot at the same path, would be answered with
the artifact of yesterday (docs/adr/0024).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from common.errors import ArtifactError
from common.store.release import ReleaseStore

FOLDER = "steps"
"""Prefix of the results in the store."""

Record = TypeVar("Record", bound=Mapping[str, Any])
"""What a step makes: a record of ``pipelines/records.py``."""


def step_key(step: str, inputs: Mapping[str, Any], code: str) -> str:
    """Return the key of a step's result: a hash of everything that it depends on.

    ``inputs`` are ids and settings, no paths: what is at a path may change. ``code`` is that of
    ``code_version``.
    """
    text = json.dumps([step, inputs, code], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class StepCache:
    """Results of training and evaluation in a store.

    Attributes:
        reused: whether any result was there before it was asked for.
    """

    def __init__(self, store: ReleaseStore, code: str) -> None:
        """Use results of the same ``code`` only, see ``code_version``."""
        self.reused = False
        self._store = store
        self._storage = store.storage
        self._code = code

    def key(self, step: str, inputs: Mapping[str, Any]) -> str:
        """Return the key of a step's result with this code."""
        return step_key(step, inputs, self._code)

    def once(
        self,
        step: str,
        inputs: Mapping[str, Any],
        compute: Callable[[], Record],
    ) -> Record:
        """Return the record that a step makes of its inputs; it is made where there is none.

        A record whose artifact is not in the store any more is made again.
        """
        name = f"{FOLDER}/{self.key(step, inputs)}.json"
        text = self._storage.read_text(name)
        if text is not None:
            found: Record = json.loads(text)
            if self._has_artifact(found):
                self.reused = True
                return found

        made = compute()
        self._storage.write_text(name, json.dumps(made, sort_keys=True) + "\n")
        return made

    def _has_artifact(self, record: Mapping[str, Any]) -> bool:
        if "artifact" not in record:
            return True
        try:
            self._store.manifest(record["artifact"])
        except ArtifactError:
            return False
        return True
