"""From which files the rows of a snapshot come, as its manifest says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from common.store.artifacts import checksum


def describe_files(paths: Sequence[Path]) -> dict[str, str]:
    """Return the ``name`` and the ``checksum`` of a table that is in one or in several files."""
    first, *others = paths
    if not others:
        return {"name": first.name, "checksum": _checksum(first)}
    return {
        "name": f"{first.name} and {len(others)} more",
        "checksum": _combine((path.name, _checksum(path)) for path in paths),
    }


def _checksum(path: Path) -> str:
    """Return the checksum of a file, or of the names and contents of a folder's files."""
    if not path.is_dir():
        return checksum(path)
    files = [file for file in sorted(path.rglob("*")) if file.is_file()]
    return _combine(
        (file.relative_to(path).as_posix(), checksum(file)) for file in files
    )


def _combine(checksums: Iterable[tuple[str, str]]) -> str:
    text = "\n".join(f"{name} {value}" for name, value in checksums)
    return hashlib.sha256(text.encode()).hexdigest()
