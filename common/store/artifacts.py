"""A trained thing on disk: a folder with a manifest and the files it names.

The id of an artifact is the hash of its content, so the same data and seed give the same id, and a
damaged or exchanged file is noticed before it answers anybody.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from common.errors import ArtifactError

SCHEMA = 1
"""Version of the manifest; a server refuses artifacts of a newer one."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an artifact is and was made of; ``files`` maps each file's name to its SHA-256.

    ``role`` is ``encoder`` or ``model``; ``encoders`` are ids of the encoders a model needs;
    ``snapshot`` is the id of the data; ``size`` is in bytes.
    """

    id: str
    role: str
    name: str
    kind: str
    encoders: tuple[str, ...] = ()
    snapshot: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    schema: int = SCHEMA


def write(
    out: Path,
    *,
    role: str,
    name: str,
    kind: str,
    save: Callable[[Path], None],
    encoders: tuple[str, ...] = (),
    snapshot: str = "",
    config: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Path:
    """Write an artifact to ``out/<id>`` and return that folder.

    ``save(folder)`` writes the files; ``facts`` are counts worth showing on a model card. The
    folder appears whole or not at all; writing the same content twice is harmless.
    """
    out.mkdir(parents=True, exist_ok=True)
    draft = out / f".draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        save(draft)
        paths = sorted(path for path in draft.iterdir())
        body: dict[str, Any] = {
            "role": role,
            "name": name,
            "kind": kind,
            "encoders": encoders,
            "config": dict(config or {}),
            "files": {path.name: checksum(path) for path in paths},
        }
        identity = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        size = sum(path.stat().st_size for path in paths)
        manifest = Manifest(
            id=identity, snapshot=snapshot, facts=dict(facts or {}), size=size, **body
        )
        text = json.dumps(asdict(manifest), indent=2, sort_keys=True)
        (draft / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return _put_in_place(draft, out / identity)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read(folder: Path, *, verify: bool = True) -> Manifest:
    """Read an artifact's manifest and check every file against its checksum.

    Raises ``ArtifactError`` when the folder is no artifact, is of a newer schema, or is damaged.
    """
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        newer = values["schema"] > SCHEMA
        manifest = None if newer else Manifest(**values | {"encoders": tuple(values["encoders"])})
    except (OSError, ValueError, TypeError, KeyError):
        raise ArtifactError(f"{folder} holds no readable artifact manifest") from None
    if manifest is None:
        raise ArtifactError(
            f"artifact {folder.name} has schema {values['schema']}, newer than {SCHEMA} known here:"
            " update this installation"
        )
    if verify:
        _verify(folder, manifest)
    return manifest


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"artifact {manifest.id} lacks its file {name}")
        if checksum(path) != expected:
            raise ArtifactError(
                f"file {name} of artifact {manifest.id} does not match its checksum: fetch it again"
            )


def _put_in_place(draft: Path, final: Path) -> Path:
    try:
        draft.rename(final)
    except OSError:  # the same content was written before, or by another process just now
        read(final)
    return final
