"""A trained thing on disk: a folder with a manifest and the files it names.

The id of an artifact is the hash of its content, so the same data and seed give the same id, and a
damaged or exchanged file is noticed before it answers a request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from common.errors import ArtifactError
from common.store.atomic import draft_folder

SCHEMA = 2
"""Version of the layout of artifacts; any other one is refused."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of an artifact.

    Attributes:
        id: hash of the content; also the name of the folder.
        role: ``encoder`` or ``model``.
        name: which encoder or model it is, such as ``price``.
        kind: the architecture, which decides the loader.
        encoders: ids of the encoders that a model needs.
        snapshot: id of the data it was trained on.
        config: the settings it was trained with.
        summary: counts and figures of the training, for the model card.
        files: SHA-256 of each file, by its name.
        size: bytes of all files.
        schema: version of the layout.
    """

    id: str
    role: str
    name: str
    kind: str
    encoders: tuple[str, ...] = ()
    snapshot: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
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
    summary: Mapping[str, Any] | None = None,
) -> Path:
    """Write an artifact to ``out/<id>`` and return that folder.

    ``save(folder)`` writes the files; the other arguments are fields of ``Manifest``. The folder
    appears whole or not at all; writing the same content twice is harmless.
    """
    with draft_folder(out) as draft:
        save(draft)
        paths = sorted(draft.iterdir())
        # The id covers the schema, so that an artifact of an older one never stands in the way of
        # the same content trained again.
        content: dict[str, Any] = {
            "role": role,
            "name": name,
            "kind": kind,
            "encoders": encoders,
            "config": dict(config or {}),
            "files": {path.name: checksum(path) for path in paths},
            "schema": SCHEMA,
        }
        manifest = Manifest(
            id=_content_id(content),
            snapshot=snapshot,
            summary=dict(summary or {}),
            size=sum(path.stat().st_size for path in paths),
            **content,
        )

        _write_manifest(draft, manifest)
        return _publish(draft, out / manifest.id)


def read(folder: Path, *, verify: bool = True) -> Manifest:
    """Read an artifact's manifest and check every file against its checksum.

    Raises ``ArtifactError`` when the folder is no artifact, has another schema, or is damaged.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ArtifactError(f"{folder} holds no readable artifact manifest") from None

    manifest = parse_manifest(text, folder)
    if verify:
        _verify(folder, manifest)
    return manifest


def parse_manifest(text: str, folder: Path | str) -> Manifest:
    """Return the manifest of an artifact from its JSON text; ``folder`` is its path or id.

    Raises ``ArtifactError`` when the text is no manifest, or has another schema than this
    installation.
    """
    try:
        values = json.loads(text)
        schema = int(values["schema"])
        if schema == SCHEMA:
            return Manifest(**values | {"encoders": tuple(values["encoders"])})
    except (ValueError, TypeError, KeyError):
        raise ArtifactError(f"{folder} holds no readable artifact manifest") from None

    name = Path(folder).name
    if schema > SCHEMA:
        raise ArtifactError(newer_schema(f"artifact {name}", schema, SCHEMA))
    raise ArtifactError(
        f"artifact {name} has schema {schema}, older than {SCHEMA} needed here:"
        " retrain with 'listrec train all --snapshot DIR'"
    )


def newer_schema(name: str, schema: int, known: int) -> str:
    """Return the message for a file that a newer version of this package wrote."""
    return f"{name} has schema {schema}, newer than {known} known here: update this installation"


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content_id(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _verify(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise ArtifactError(f"artifact {manifest.id} lacks its file {name}")
        if checksum(path) != expected:
            raise ArtifactError(
                f"file {name} of artifact {manifest.id} does not match its checksum: fetch it again"
            )


def _publish(draft: Path, final: Path) -> Path:
    try:
        draft.rename(final)
    except OSError:
        # The same content was written before, or by another process just now. If what is there
        # is readable, it is this artifact.
        read(final)
    return final
