"""A folder that appears whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.errors import InputError
from common.store.artifacts import MANIFEST

_LOCK = ".lock"


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a hidden folder beside ``out`` to write into; at the end it is renamed to ``out``.

    What a killed run left there is removed first; a run that is still alive is respected. Raises
    ``InputError`` when ``out`` is taken or cannot be made.
    """
    out = out.absolute()
    check_free(out)
    folder = out.with_name(f".{out.name}.draft")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from None
    try:
        _take(lock, out)
        check_free(out)  # another run may have finished it just now
        _clear(folder)
        try:
            yield folder
            _publish(folder, out)
        except OSError as error:
            raise InputError(f"{out} cannot be written: {error.strerror or error}") from None
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def check_free(out: Path) -> None:
    """Raise ``InputError`` when something is at ``out`` already."""
    if (out / MANIFEST).exists():
        raise InputError(
            f"{out} holds a snapshot already, and snapshots are not changed: choose another --out"
        )
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise InputError(f"{out} exists and is not an empty folder: choose another --out")


def _take(lock: int, out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"another ingest is writing {out} right now") from None


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _LOCK:
            path.unlink()


def _publish(folder: Path, out: Path) -> None:
    """Make the folder durable, then give it its name; a reader sees all of it or nothing."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    check_free(out)
    folder.rename(out)
    (out / _LOCK).unlink()  # only now: without its lock a draft is anybody's
