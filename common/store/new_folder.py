"""The folder of a new snapshot: one writer at a time, and complete before it gets its name."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.errors import InputError
from common.store.artifacts import MANIFEST
from common.store.atomic import flush_to_disk

_LOCK = ".lock"


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a hidden folder beside ``out`` to write into; at the end it is renamed to ``out``.

    The draft of a killed run is removed first; that of a run which is still alive is respected.
    Raises ``InputError`` when ``out`` is taken or cannot be made.
    """
    out = out.absolute()
    check_free(out)
    draft = out.with_name(f".{out.name}.draft")
    lock = _open_lock(draft, out)
    try:
        _acquire(lock, out)
        check_free(out)  # another run may have finished it just now
        _clear(draft)
        try:
            yield draft
            _publish(draft, out)
        except OSError as error:
            raise InputError(
                f"{out} cannot be written: {error.strerror or error}"
            ) from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    finally:
        os.close(lock)


def remove_drafts(parent: Path) -> None:
    """Remove from a folder what killed writers of snapshots left there.

    Raises ``InputError`` where a writer is alive.
    """
    for draft in sorted(parent.glob(".*.draft")):
        out = draft.with_name(draft.name[1:].removesuffix(".draft"))
        lock = _open_lock(draft, out)
        try:
            _acquire(lock, out)
            shutil.rmtree(draft)
        finally:
            os.close(lock)


def check_free(out: Path) -> None:
    """Raise ``InputError`` when something is at ``out`` already."""
    if (out / MANIFEST).exists():
        raise InputError(
            f"{out} holds a snapshot already, and snapshots are not changed: choose another --out"
        )

    is_empty_folder = out.is_dir() and not any(out.iterdir())
    if out.exists() and not is_empty_folder:
        raise InputError(
            f"{out} exists and is not an empty folder: choose another --out"
        )


def _open_lock(draft: Path, out: Path) -> int:
    """Make the draft folder, and return the file descriptor of its lock."""
    try:
        draft.mkdir(parents=True, exist_ok=True)
        return os.open(draft / _LOCK, os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from None


def _acquire(lock: int, out: Path) -> None:
    # The kernel releases the lock of a process that dies, so no lock is ever left behind.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"another ingest is writing {out} right now") from None


def _clear(draft: Path) -> None:
    for path in draft.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _LOCK:
            path.unlink()


def _publish(draft: Path, out: Path) -> None:
    """Make the folder durable, then give it its name; a reader sees all of it or nothing."""
    for path in [*draft.rglob("*"), draft]:
        flush_to_disk(path)

    check_free(out)
    draft.rename(out)
    # Only now: without its lock the draft could be taken by another run.
    (out / _LOCK).unlink()
