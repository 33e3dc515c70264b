"""Memory: what a server needs for a model, measured in a process that has what a server has."""

from __future__ import annotations

import json
from pathlib import Path

from common.errors import ArtifactError
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore
from pipelines.serving_process import run_serving

SECONDS = 300
"""Time limit for a model to be loaded and to answer."""


def measure(store: ReleaseStore, cache: Path, manifest: Manifest) -> int:
    """Return the bytes that a model and its encoders add to a new process, at their peak.

    Raises ``ArtifactError`` where they cannot be loaded there.
    """
    ids = (manifest.id, *manifest.encoders)
    folders = [str(store.fetch_artifact(name, cache)) for name in ids]

    done = run_serving("serving.model_memory", manifest.name, *folders, seconds=SECONDS)
    if done is None:
        raise _unmeasured(manifest, f"it took longer than {SECONDS} seconds")
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise _unmeasured(manifest, lines[-1] if lines else "the process was killed")
    return int(json.loads(done.stdout.splitlines()[-1])["bytes"])


def _unmeasured(manifest: Manifest, reason: str) -> ArtifactError:
    return ArtifactError(
        f"the memory of {manifest.name} {manifest.id} cannot be measured: {reason}"
    )
