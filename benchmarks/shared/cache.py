"""Results that are kept while the code and the rows they depend on stay the same.

A run of hours may thus be stopped and go on, or be measured in pieces.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common.store.artifacts import checksum
from common.store.atomic import write_atomically


def fingerprint(code: Sequence[str], data: Sequence[Path], *parts: object) -> str:
    """Name what results depend on: the content of code and data, and whatever else.

    ``code`` are files and folders below the working directory, a git checkout; of a folder count
    the files that git does not ignore. Of a folder of ``data`` count all files right in it.
    """
    files = [Path(name) for name in _git("ls-files", "-co", "--exclude-standard", "--", *code)]
    found = [(str(path), checksum(path)) for path in sorted(set(files)) if path.exists()]
    for each in data:
        inside = sorted(each.iterdir()) if each.is_dir() else [each]
        found += [(path.name, checksum(path)) for path in inside if path.is_file()]
    return hashlib.blake2b(repr((found, *parts)).encode(), digest_size=4).hexdigest()


def store(path: Path, result: Any) -> None:
    """Write a result as JSON; whoever reads at the same time finds all of it or nothing."""
    write_atomically(path, json.dumps(result))


def load(path: Path) -> Any:
    """Return a result that was kept."""
    return json.loads(path.read_text(encoding="utf-8"))


def _git(*words: str) -> list[str]:
    found = subprocess.run(["git", *words], capture_output=True, check=True, text=True)
    return found.stdout.splitlines()
