"""Temporary folders of servers. Those that killed servers have left behind are removed.

The processes of a server hold a lock on a file of its folder (``flock``). The kernel releases the
lock of processes that die, so a folder whose lock is free has no owner.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "listrec-"

_LOCK = ".lock"


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """Give a folder, for this process and those that it forks; ``purpose`` is part of its name.

    Folders that have no owner any more are removed first.
    """
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-"))
    lock = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_abandoned() -> None:
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{_LOCK}"):
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            continue  # of another user, or removed just now
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
        except BlockingIOError:
            pass  # its server is alive
        finally:
            os.close(descriptor)


def _hold(folder: Path) -> int:
    """Lock a folder; return the file descriptor whose end is that of the lock."""
    draft = folder / f"{_LOCK}.draft"
    lock = os.open(draft, os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    # Not before it is held: another server that starts would take the folder for abandoned.
    draft.rename(folder / _LOCK)
    return lock
