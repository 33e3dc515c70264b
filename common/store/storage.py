"""Files by URL: a folder on this machine, or a bucket of S3 or Google Cloud Storage.

Writes are atomic for readers: local files are renamed into place, object stores show a whole
object or none, and a folder is published with its manifest last.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from common.crash_points import crash_point
from common.errors import ArtifactError, InputError
from common.progress import FractionDone
from common.store import artifacts
from common.store.atomic import draft_folder
from common.store.folder import Folder

BUCKETS = ("s3", "gs")
"""Schemes of the URLs of buckets: of S3 and of Google Cloud Storage."""


def _ignore(done: float) -> None:
    """Report a fraction to nobody."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a key and all keys below it take.

    Attributes:
        size: their bytes.
        written: when the last of them was written, by the store's clock; ``None`` without any.
    """

    size: int
    written: datetime | None


class Objects(Protocol):
    """Named bytes, such as the files of a folder or the objects of a bucket."""

    def read(self, key: str) -> bytes | None:
        """Return the bytes of a key, or ``None`` when there is none."""

    def write(self, key: str, data: bytes) -> None:
        """Replace the bytes of a key as a whole."""

    def replace(self, key: str, old: bytes | None, new: bytes) -> bool:
        """Write ``new`` if the key still has ``old``, ``None`` for no key; tell whether it had."""

    def names(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix, in any order."""

    def upload(self, key: str, path: Path) -> None:
        """Replace a key by a file as a whole; the file need not fit into memory."""

    def download(self, key: str, path: Path, done: FractionDone) -> bool:
        """Copy a key to a file, and tell whether it is there; it need not fit into memory."""

    def remove(self, key: str) -> None:
        """Remove a key, and every key below it; one that is not there is no error."""

    def modified(self, key: str) -> datetime | None:
        """Return when a key was written last, or ``None`` when there is none."""

    def usage(self, key: str) -> list[tuple[int, datetime]]:
        """Return bytes and time of the last write of a key and of each key below it."""


class Storage:
    """The files below a root URL; keys are relative paths with ``/``."""

    def __init__(self, url: str) -> None:
        """Open the root; ``url`` may be a plain path. Nothing is created until a write.

        Raises ``InputError`` for a scheme that is not known. Every method raises ``InputError``
        where the store may not be used, and ``UnavailableError`` where it does not answer.
        """
        self.url = url
        self._objects = _open(url)

    def read_text(self, key: str) -> str | None:
        """Return the text of a key, or ``None`` when there is none."""
        data = self.read_bytes(key)
        return None if data is None else data.decode()

    def read_bytes(self, key: str) -> bytes | None:
        """Return the bytes of a key, or ``None`` when there is none."""
        return self._objects.read(key)

    def write_bytes(self, key: str, data: bytes) -> None:
        """Replace the bytes of a key; a reader sees the old or the new, never a part."""
        self._objects.write(key, data)

    def write_text(self, key: str, text: str) -> None:
        """Replace the text of a key; a reader sees the old or the new, never a part."""
        self.write_bytes(key, text.encode())

    def replace_text(self, key: str, old: str | None, new: str) -> bool:
        """Write ``new`` if the key still has the text ``old``, and tell whether it had.

        ``None`` is a key without text. Of several writers with the same ``old`` one succeeds.
        """
        expected = None if old is None else old.encode()
        return self._objects.replace(key, expected, new.encode())

    def keys(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix, sorted."""
        # Without drafts and locks.
        names = self._objects.names(prefix)
        return sorted(name for name in names if not name.startswith("."))

    def remove(self, key: str) -> None:
        """Remove the text of a key, or everything below a prefix; nothing there is no error."""
        self._objects.remove(key)

    def upload(self, key: str, path: Path) -> None:
        """Replace a key by a file, which may be large; a reader sees the old or the new."""
        self._objects.upload(key, path)

    def download(self, key: str, path: Path, done: FractionDone = _ignore) -> bool:
        """Copy a key, which may be large, to a file, and tell whether it is there."""
        return self._objects.download(key, path, done)

    def local_path(self, key: str) -> Path | None:
        """Return the path of a key on this machine, or ``None`` where the store is a bucket."""
        return self._objects.path(key) if isinstance(self._objects, Folder) else None

    def modified(self, key: str) -> datetime | None:
        """Return when a key was written last, by the store's clock, or ``None`` without it."""
        return self._objects.modified(key)

    def usage(self, key: str) -> Usage:
        """Return how large a key is, with everything below it, and when it was written last."""
        found = self._objects.usage(key)
        times = [written for _, written in found]
        return Usage(sum(size for size, _ in found), max(times, default=None))

    def publish(self, folder: Path, key: str) -> None:
        """Copy an artifact to ``key``, unless it is there."""
        if self.read_text(f"{key}/{artifacts.MANIFEST}") is not None:
            return

        manifest = artifacts.read(folder)
        # The manifest comes last: an artifact without one is not complete, and nobody reads it.
        for name in (*manifest.files, artifacts.MANIFEST):
            if name == artifacts.MANIFEST:
                crash_point("artifact.before-manifest")
            self._objects.write(f"{key}/{name}", (folder / name).read_bytes())
        crash_point("artifact.after-manifest")

    def fetch(self, key: str, folder: Path) -> Path:
        """Copy the artifact at ``key`` to ``folder``, checked, unless it is there."""
        if (folder / artifacts.MANIFEST).exists():
            # A cache outlives the process that filled it: a damaged artifact is fetched again.
            try:
                artifacts.read(folder)
                return folder
            except ArtifactError:
                shutil.rmtree(folder)

        with draft_folder(folder.parent) as draft:
            self._download(key, draft)
            draft.replace(folder)
        return folder

    def _download(self, key: str, draft: Path) -> None:
        """Copy the files of an artifact, and check them, since a store may be damaged too."""
        text = self.read_text(f"{key}/{artifacts.MANIFEST}")
        if text is None:
            raise ArtifactError(f"there is no artifact at {self.url}/{key}")

        (draft / artifacts.MANIFEST).write_text(text, encoding="utf-8")
        for name in artifacts.parse_manifest(text, key).files:
            data = self._objects.read(f"{key}/{name}")
            if data is None:
                raise ArtifactError(f"artifact {self.url}/{key} lacks its file {name}")
            (draft / name).write_bytes(data)

        artifacts.read(draft)


def _open(url: str) -> Objects:
    scheme, separator, path = url.partition("://")
    if not separator:
        return Folder(Path(url))
    if scheme == "file":
        return Folder(Path(path))

    if scheme not in BUCKETS:
        raise InputError(
            f"{url} has an unknown scheme: a store is a path, file://, s3:// or gs://"
        )
    # Its library takes a tenth of a second to import, and many stores are folders.
    from common.store.bucket import Bucket

    return Bucket(url)
