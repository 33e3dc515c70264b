"""A cache of results that are valid as long as the code and the rows they depend on are the same.

A run of hours can be stopped and continued, or measured in pieces.
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
    """A hash of everything results depend on: the content of code and data, and ``parts``.

    ``code`` are files and folders below the working directory, a git checkout; of a folder the
    files count that git does not ignore. Of a folder of ``data`` all files directly in it count.
    """
    # New files count too, or a run before a commit would miss them.
    listed = _git("ls-files", "-co", "--exclude-standard", "--", *code)
    paths = sorted({Path(name) for name in listed})
    checksums = []
    for path in paths:
        if path.exists():
            checksums.append((str(path), checksum(path)))

    for source in data:
        files = sorted(source.iterdir()) if source.is_dir() else [source]
        for path in files:
            if path.is_file():
                checksums.append((path.name, checksum(path)))

    content = repr((checksums, *parts)).encode()
    return hashlib.blake2b(content, digest_size=4).hexdigest()


def store(path: Path, result: Any) -> None:
    """Write a result as JSON; a concurrent reader gets all of it or nothing."""
    write_atomically(path, json.dumps(result))


def load(path: Path) -> Any:
    """Load a result that was stored."""
    content = path.read_text(encoding="utf-8")
    return json.loads(content)


def _git(*arguments: str) -> list[str]:
    process = subprocess.run(
        ["git", *arguments],
        capture_output=True,
        check=True,
        text=True,
    )
    return process.stdout.splitlines()
