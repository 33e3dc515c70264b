"""A folder on this machine as a store of objects: durable writes, and a lock to compare and swap.

The lock is advisory and the kernel's (``flock``): one that a killed process held is released. It
holds among the processes of one machine, and on NFS among those of its clients.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from common.errors import InputError
from common.progress import FractionDone
from common.store.atomic import atomic_file, write_atomically


class Folder:
    """The files below a folder, by their relative paths; see ``common.store.storage.Objects``."""

    def __init__(self, root: Path) -> None:
        """Open the folder, which need not be there."""
        # Later the process may work in another folder.
        self._root = root.expanduser().absolute()

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a file, or ``None`` when there is none."""
        path = self._root / key
        with _errors_as_sentences(path, "read"):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    def write(self, key: str, data: bytes) -> None:
        """Replace a file; the new one survives a crash of the machine."""
        path = self._root / key
        with _errors_as_sentences(path, "written"):
            write_atomically(path, data, durable=True)

    def replace(self, key: str, old: bytes | None, new: bytes) -> bool:
        """Write ``new`` if the file still holds ``old``, and tell whether it did."""
        with _locked(self._root / key):
            if self.read(key) != old:
                return False
            self.write(key, new)
            return True

    def names(self, prefix: str) -> list[str]:
        """Return the names of a folder, hidden ones too; none where there is no such folder."""
        path = self._root / prefix
        with _errors_as_sentences(path, "read"):
            return os.listdir(path) if path.is_dir() else []

    def path(self, key: str) -> Path:
        """Return the path of a key."""
        return self._root / key

    def upload(self, key: str, path: Path) -> None:
        """Replace a file by a copy of another one."""
        target = self._root / key
        with (
            _errors_as_sentences(target, "written"),
            atomic_file(target, durable=True) as draft,
        ):
            shutil.copyfile(path, draft)

    def download(self, key: str, path: Path, done: FractionDone) -> bool:
        """Copy a file to another path, and tell whether there is one."""
        source = self._root / key
        with _errors_as_sentences(source, "read"):
            if not source.is_file():
                return False
            shutil.copyfile(source, path)
        done(1.0)
        return True

    def remove(self, key: str) -> None:
        """Remove a file, or a folder with everything in it; neither need be there."""
        path = self._root / key
        with _errors_as_sentences(path, "removed"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def modified(self, key: str) -> datetime | None:
        """Return when a file was written last, or ``None`` when there is none."""
        path = self._root / key
        with _errors_as_sentences(path, "read"):
            try:
                return datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                return None

    def usage(self, key: str) -> list[tuple[int, datetime]]:
        """Return bytes and time of the last write of a file, or of each file in a folder."""
        path = self._root / key
        found = []
        with _errors_as_sentences(path, "read"):
            for file in (path, *path.rglob("*")):
                # Another process may have removed it meanwhile.
                with suppress(FileNotFoundError):
                    status = file.stat()
                    if stat.S_ISREG(status.st_mode):
                        written = datetime.fromtimestamp(status.st_mtime, UTC)
                        found.append((status.st_size, written))
        return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file: another hidden file beside it, since this one is replaced."""
    lock_path = path.with_name(f".{path.name}.lock")
    with _errors_as_sentences(lock_path, "made"):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(lock_path, os.O_CREAT | os.O_RDWR, 0o666)

    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def _errors_as_sentences(path: Path, done: str) -> Iterator[None]:
    """Raise ``InputError`` in place of ``OSError``: that the path cannot be read, for example."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} cannot be {done}: {error.strerror}") from None
