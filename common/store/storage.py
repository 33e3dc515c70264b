"""Files by URL: a folder on this machine, or an object store reached through fsspec.

Writes are atomic for readers: local files are renamed into place, object stores show a whole
object or none, and a folder is published with its manifest last.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec

from common.errors import ArtifactError
from common.store import artifacts
from common.store.atomic import draft_folder, write_atomically


class Storage:
    """The files below a root URL; keys are relative paths with ``/``."""

    def __init__(self, url: str) -> None:
        """Open the root; ``url`` may be a plain path. Nothing is created until a write."""
        self.url = url
        self._fs, self._root = _open(url)

    def read_text(self, key: str) -> str | None:
        """Return the text of a key, or ``None`` when there is none."""
        try:
            return bytes(self._fs.cat_file(self._path(key))).decode()
        except FileNotFoundError:
            return None

    def write_text(self, key: str, text: str) -> None:
        """Replace the text of a key; a reader sees the old or the new, never a part."""
        self._put(text.encode(), key)

    def keys(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix, sorted."""
        path = self._path(prefix)
        if not self._fs.isdir(path):
            return []

        names = [PurePosixPath(name).name for name in self._fs.ls(path, detail=False)]
        # Without drafts.
        return sorted(name for name in names if not name.startswith("."))

    def publish(self, folder: Path, key: str) -> None:
        """Copy an artifact to ``key``, unless it is there."""
        if self.read_text(f"{key}/{artifacts.MANIFEST}") is not None:
            return

        manifest = artifacts.read(folder)
        # The manifest comes last: an artifact without one is not complete, and nobody reads it.
        for name in (*manifest.files, artifacts.MANIFEST):
            self._put((folder / name).read_bytes(), f"{key}/{name}")

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
            try:
                (draft / name).write_bytes(
                    self._fs.cat_file(self._path(f"{key}/{name}"))
                )
            except FileNotFoundError:
                raise ArtifactError(
                    f"artifact {self.url}/{key} lacks its file {name}"
                ) from None

        artifacts.read(draft)

    def _put(self, data: bytes, key: str) -> None:
        path = self._path(key)
        if "file" in _protocols(self._fs):
            write_atomically(Path(path), data, durable=True)
            return

        # Object stores replace an object as a whole: there is nothing to rename.
        self._fs.makedirs(self._fs._parent(path), exist_ok=True)
        self._fs.pipe_file(path, data)

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"


def _open(url: str) -> tuple[Any, str]:
    fs, root = fsspec.core.url_to_fs(url)
    return fs, str(root).rstrip("/")


def _protocols(fs: Any) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)
