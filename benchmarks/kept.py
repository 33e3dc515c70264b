"""Results that are kept while the code and the rows they depend on stay the same.

A run of hours may thus be stopped and go on, or be measured in pieces.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def state(code: Sequence[str], *parts: object) -> str:
    """Name the state of files below this folder, with whatever else results depend on."""
    found = [_git("ls-files", "-s", "--", *code), _git("diff", "HEAD", "--", *code)]
    return hashlib.blake2b(repr((*found, *parts)).encode(), digest_size=4).hexdigest()


def keep(path: Path, result: Any) -> None:
    """Write a result as JSON; whoever reads at the same time finds all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.rename(path)


def recall(path: Path) -> Any:
    """Return a result that was kept."""
    return json.loads(path.read_text(encoding="utf-8"))


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], capture_output=True, check=False).stdout
