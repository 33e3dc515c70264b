"""Lets mlflow read ``listrec://artifacts/<id>``: an artifact in the store of ``LISTREC_STORE``.

A server of mlflow refuses sources that are paths, so versions of a store that is a folder have this
one. mlflow finds the class by the entry point ``mlflow.artifact_repository`` of the distribution.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repo import ArtifactRepository

from common.settings import Settings
from common.store.artifacts import MANIFEST
from common.store.release import ReleaseStore
from pipelines.tracking.mlmodel import FILE

SCHEME = "listrec"
"""Scheme of the addresses."""


class StoreArtifactRepository(ArtifactRepository):  # type: ignore[misc]
    """Reads one artifact of the store; nothing is written through mlflow."""

    def __init__(self, artifact_uri: str, *args: Any, **kwargs: Any) -> None:
        """Open the artifact of an address ``listrec://artifacts/<id>``."""
        super().__init__(artifact_uri, *args, **kwargs)
        self._settings = Settings.from_environment(os.environ)
        self._store = ReleaseStore(self._settings.store)
        self._artifact = artifact_uri.rstrip("/").rpartition("/")[2]

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """Return the artifact's files, which are all in one folder."""
        if path:
            return []
        files = self._store.manifest(self._artifact).files
        return [FileInfo(name, False, None) for name in (*files, MANIFEST, FILE)]

    def download_artifacts(
        self, artifact_path: str, dst_path: str | None = None
    ) -> str:
        """Copy the artifact, checked, to a folder of mlflow's; return the path of what was asked.

        mlflow writes a file of its own into the folder.
        """
        folder = Path(dst_path or mkdtemp())
        fetched = self._store.fetch_artifact(self._artifact, self._settings.cache)
        shutil.copytree(fetched, folder, dirs_exist_ok=True)
        text = self._store.read_companion(self._artifact, FILE)
        if text is not None:
            (folder / FILE).write_text(text, encoding="utf-8")
        return str(folder / artifact_path) if artifact_path else str(folder)

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        folder = self.download_artifacts("")
        shutil.copy(Path(folder) / remote_file_path, local_path)
        shutil.rmtree(folder)

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Refuse: training alone writes artifacts."""
        raise _read_only()

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Refuse: training alone writes artifacts."""
        raise _read_only()


def _read_only() -> MlflowException:
    return MlflowException("artifacts of the store are written by 'listrec train' only")
