"""A release and its pointer: what training publishes and serving follows.

A release lists the encoders and the models trained on them. ``champion`` is one pointer in the
store, switched atomically; it alone decides what is served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from common.errors import ArtifactError
from common.store import artifacts
from common.store.storage import Storage

SCHEMA = 1
"""Version of the release manifest; a server refuses a newer one."""

CHAMPION = "champion"

N_PREVIOUS = 20
"""How many champions the pointer file keeps, so that a rollback knows where to go."""


@dataclass(frozen=True, slots=True)
class Release:
    """Artifacts that fit each other: ``encoders`` by id, ``models`` map a name to an artifact id.

    ``checksums`` maps an artifact id to the SHA-256 of its manifest, and a manifest holds those of
    its files: what is loaded is what was gated, to the byte.
    """

    id: str
    encoders: tuple[str, ...]
    models: Mapping[str, str]
    checksums: Mapping[str, str]
    created_at: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class FetchedRelease:
    """A release fetched to this machine: checked artifact folders by encoder id and model name."""

    release: Release
    encoders: Mapping[str, Path] = field(default_factory=dict)
    models: Mapping[str, Path] = field(default_factory=dict)


class ReleaseStore:
    """Artifacts, releases and the champion pointer under one URL."""

    def __init__(self, url: str) -> None:
        """Open the store; nothing is created until something is published."""
        self._storage = Storage(url)

    def publish_artifact(self, folder: Path) -> str:
        """Copy a trained artifact into the store; return its id. Publishing twice is harmless."""
        manifest = artifacts.read(folder)
        self._storage.publish(folder, f"artifacts/{manifest.id}")
        return manifest.id

    def fetch_artifact(self, artifact_id: str, cache: Path) -> Path:
        """Return a checked local folder with the artifact, fetched unless it is there already."""
        return self._storage.fetch(f"artifacts/{artifact_id}", cache / artifact_id)

    def manifest(self, artifact_id: str) -> artifacts.Manifest:
        """Return an artifact's manifest; raises ``ArtifactError`` if it cannot be read."""
        return artifacts.parse_manifest(self._manifest_text(artifact_id), artifact_id)

    def _manifest_text(self, artifact_id: str) -> str:
        text = self._storage.read_text(f"artifacts/{artifact_id}/{artifacts.MANIFEST}")
        if text is None:
            raise ArtifactError(f"there is no artifact {artifact_id} in the store")
        return text

    def publish(self, models: Mapping[str, str], now: datetime | None = None) -> Release:
        """Write a release of these model artifacts and of the encoders they name."""
        encoders: set[str] = set()
        for artifact_id in models.values():
            encoders.update(self.manifest(artifact_id).encoders)
        checksums = {
            name: hashlib.sha256(self._manifest_text(name).encode()).hexdigest()
            for name in sorted((*models.values(), *encoders))
        }
        body = json.dumps([dict(models), checksums], sort_keys=True)
        release = Release(
            id=hashlib.sha256(body.encode()).hexdigest()[:16],
            encoders=tuple(sorted(encoders)),
            models=dict(models),
            checksums=checksums,
            created_at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        )
        self._storage.write_text(f"releases/{release.id}.json", _dump(release))
        return release

    def promote(self, release_id: str) -> None:
        """Make a published release the champion, atomically; the one before stays known."""
        self.read(release_id)
        before = [name for name in self.champions() if name != release_id]
        self._point([release_id, *before[: N_PREVIOUS - 1]])

    def rollback(self) -> str:
        """Make the champion before this one the champion again; return its id."""
        champions = self.champions()
        if len(champions) < 2:
            raise ArtifactError("there is no earlier champion to roll back to")
        self.read(champions[1])
        self._point(champions[1:])
        return champions[1]

    def champion(self) -> str | None:
        """Return the id of the release being served, or ``None`` before the first promotion."""
        return next(iter(self.champions()), None)

    def champions(self) -> list[str]:
        """Ids of the champion and of those before it, newest first; one file holds them all."""
        return (self._storage.read_text(CHAMPION) or "").split()

    def newest(self, target: str) -> str | None:
        """Return the artifact trained last for a model's name or ``encoders``, if any passed."""
        return (self._storage.read_text(f"newest/{target}") or "").strip() or None

    def set_newest(self, target: str, artifact_id: str) -> None:
        """Remember what the next training run or the first release takes for this target."""
        self._storage.write_text(f"newest/{target}", artifact_id + "\n")

    def card(self, artifact_id: str) -> str | None:
        """Return the model card of an artifact, in Markdown, or ``None`` when there is none."""
        return self._storage.read_text(f"cards/{artifact_id}.md")

    def write_card(self, artifact_id: str, text: str) -> None:
        """Store the model card of an artifact."""
        self._storage.write_text(f"cards/{artifact_id}.md", text)

    def artifact_url(self, artifact_id: str) -> str:
        """Return where an artifact is kept, for other registries to point at."""
        return f"{self._storage.url.rstrip('/')}/artifacts/{artifact_id}"

    def _point(self, champions: list[str]) -> None:
        self._storage.write_text(CHAMPION, "\n".join(champions) + "\n")

    def read(self, release_id: str | None = None) -> Release:
        """Read a release's manifest, the champion's by default."""
        wanted = release_id or self.champion()
        if wanted is None:
            raise ArtifactError(
                "nothing has been released yet: run 'listrec train all --snapshot DIR'"
            )
        text = self._storage.read_text(f"releases/{wanted}.json")
        if text is None:
            raise ArtifactError(f"there is no release {wanted} in the store")
        return _parse(text, wanted)

    def releases(self) -> list[str]:
        """Ids of all published releases."""
        return [key.removesuffix(".json") for key in self._storage.keys("releases")]

    def fetch(self, cache: Path, release_id: str | None = None) -> FetchedRelease:
        """Fetch a release's artifacts, checked against the release; the champion by default."""
        release = self.read(release_id)
        for artifact_id, expected in release.checksums.items():
            if hashlib.sha256(self._manifest_text(artifact_id).encode()).hexdigest() != expected:
                raise ArtifactError(
                    f"artifact {artifact_id} is not the one that release {release.id} was made of"
                )
        return FetchedRelease(
            release,
            {name: self.fetch_artifact(name, cache) for name in release.encoders},
            {name: self.fetch_artifact(ref, cache) for name, ref in release.models.items()},
        )


def _dump(release: Release) -> str:
    values = {name: getattr(release, name) for name in Release.__slots__}
    return json.dumps(values, indent=2, sort_keys=True) + "\n"


def _parse(text: str, release_id: str) -> Release:
    try:
        values = json.loads(text)
        if values["schema"] > SCHEMA:
            raise ArtifactError(
                f"release {release_id} has schema {values['schema']}, newer than {SCHEMA} known"
                " here: update this installation"
            )
        return Release(**{**values, "encoders": tuple(values["encoders"])})
    except (ValueError, TypeError, KeyError):
        raise ArtifactError(f"the manifest of release {release_id} is damaged") from None
