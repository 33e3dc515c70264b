"""Replaces a snapshot in a folder by one without erased rows, so that a kill leaves one of both."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from common.errors import InputError
from common.snapshot import Snapshot
from common.store.artifacts import MANIFEST
from ingest.outcomes import OUTCOMES
from ingest.outcomes.without_rows import ErasedRows, write_without

_NEW, _OLD = ".replacement", ".removed"
"""Endings of the hidden folders of a replacement, beside that of the snapshot."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A snapshot that had rows which are erased.

    Attributes:
        address: where it is.
        old: its id.
        new: id of the one that is in its place; empty where it had no others.
    """

    address: str
    old: str
    new: str


def open_outcomes(path: Path) -> Snapshot:
    """Open a snapshot of outcomes, after a replacement that was killed is finished.

    Raises ``InputError`` where there is no snapshot, or one of a table.
    """
    path = path.absolute()
    finish_replacement(path)
    snapshot = Snapshot.open(path, verify=False)
    if snapshot.manifest.source.get("kind") != OUTCOMES:
        raise InputError(
            f"the snapshot at {path} was made of a table: erase the seller there, and ingest it"
            " again"
        )
    return snapshot


def replace_folder(snapshot: Snapshot, erased: ErasedRows) -> Replaced:
    """Put a snapshot without the rows in the place of one; the folder keeps its name."""
    path = snapshot.path
    new = write_without(snapshot, erased, _replacement(path))
    path.rename(_removed(path))
    finish_replacement(path)
    return Replaced(str(path), snapshot.id, new.id if new else "")


def finish_replacement(path: Path) -> None:
    """Go on with a replacement of ``path`` that was killed; does nothing where none was."""
    replacement = _replacement(path)
    # A snapshot that is still in its place is written anew, perhaps without other rows.
    if path.exists():
        shutil.rmtree(replacement, ignore_errors=True)
    elif (replacement / MANIFEST).is_file():
        replacement.rename(path)
    if _removed(path).exists():
        shutil.rmtree(_removed(path))


def unfinished(parent: Path) -> list[Path]:
    """Return the snapshots of a folder whose replacement was killed."""
    names = {
        path.name[1:].removesuffix(suffix)
        for suffix in (_NEW, _OLD)
        for path in parent.glob(f".*{suffix}")
    }
    return [parent / name for name in sorted(names)]


def _replacement(path: Path) -> Path:
    return path.with_name(f".{path.name}{_NEW}")


def _removed(path: Path) -> Path:
    return path.with_name(f".{path.name}{_OLD}")
