"""Memory: what a server needs for a model, measured in a process that has what a server has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from common.child_processes import python_environment
from common.errors import ArtifactError
from common.store.artifacts import Manifest
from common.store.release import ReleaseStore

SECONDS = 300
"""Time limit for a model to be loaded and to answer."""


def measure(store: ReleaseStore, cache: Path, manifest: Manifest) -> int:
    """Return the bytes that a model and its encoders add to a new process, at their peak.

    Raises ``ArtifactError`` where they cannot be loaded there.
    """
    ids = (manifest.id, *manifest.encoders)
    folders = [str(store.fetch_artifact(name, cache)) for name in ids]

    # Pipelines do not import serving: the command line is all they know of it.
    command = [sys.executable, "-m", "serving.model_memory", manifest.name, *folders]
    try:
        done = subprocess.run(
            command,
            env=os.environ | python_environment(os.environ),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unmeasured(manifest, f"it took longer than {SECONDS} seconds") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise _unmeasured(manifest, lines[-1] if lines else "the process was killed")
    return int(json.loads(done.stdout.splitlines()[-1])["bytes"])


def _unmeasured(manifest: Manifest, reason: str) -> ArtifactError:
    return ArtifactError(
        f"the memory of {manifest.name} {manifest.id} cannot be measured: {reason}"
    )
