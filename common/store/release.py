"""Releases and the champion: training publishes them, and servers follow them.

A release lists models and the encoders they were trained on. The champion pointer alone decides
which release is served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from common.crash_points import crash_point
from common.errors import ArtifactError, HeldError
from common.store import artifacts, champion_pointer, history, promotion_hold
from common.store.history import Cause, Move
from common.store.storage import Storage

SCHEMA = 1
"""Version of the release manifest; a server refuses a newer one."""


@dataclass(frozen=True, slots=True)
class Release:
    """Artifacts that fit each other.

    Attributes:
        id: hash of the models and the checksums.
        encoders: artifact ids of the encoders.
        models: artifact id of each model.
        checksums: SHA-256 of each artifact's manifest, which holds those of its files: a server
            loads the very bytes that passed the gate.
        created_at: time of publication, ISO 8601.
        schema: version of the release manifest.
    """

    id: str
    encoders: tuple[str, ...]
    models: Mapping[str, str]
    checksums: Mapping[str, str]
    created_at: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class FetchedRelease:
    """A release on this machine: checked artifact folders by encoder id and by model name."""

    release: Release
    encoders: Mapping[str, Path] = field(default_factory=dict)
    models: Mapping[str, Path] = field(default_factory=dict)


class ReleaseStore:
    """Artifacts, releases and the champion pointer under one URL.

    Attributes:
        url: the URL.
        storage: everything below it, for what is neither artifact nor release.
    """

    def __init__(self, url: str) -> None:
        """Open the store; nothing is created before the first publication."""
        self.url = url
        self.storage = Storage(url)

    def publish_artifact(self, folder: Path) -> str:
        """Copy an artifact into the store and return its id; publishing twice is harmless."""
        manifest = artifacts.read(folder)
        self.storage.publish(folder, f"artifacts/{manifest.id}")
        return manifest.id

    def fetch_artifact(self, artifact_id: str, cache: Path) -> Path:
        """Return a checked local folder with the artifact; it is fetched unless it is there."""
        return self.storage.fetch(f"artifacts/{artifact_id}", cache / artifact_id)

    def manifest(self, artifact_id: str) -> artifacts.Manifest:
        """Return an artifact's manifest; raises ``ArtifactError`` if it cannot be read."""
        return artifacts.parse_manifest(self._manifest_text(artifact_id), artifact_id)

    def snapshot_of(self, artifact_id: str) -> str:
        """Return the snapshot that an artifact of any layout version was trained on, or ``""``."""
        text = self.read_companion(artifact_id, artifacts.MANIFEST)
        return "" if text is None else str(json.loads(text).get("snapshot", ""))

    def publish(
        self, models: Mapping[str, str], now: datetime | None = None
    ) -> Release:
        """Publish a release of artifacts, by model name, and of the encoders that they need."""
        encoders: set[str] = set()
        for artifact_id in models.values():
            encoders.update(self.manifest(artifact_id).encoders)
        checksums = self._checksums([*models.values(), *encoders])

        # Without the time, so that the same artifacts published again are the same release.
        content = json.dumps([dict(models), checksums], sort_keys=True)
        release = Release(
            id=_sha256(content)[:16],
            encoders=tuple(sorted(encoders)),
            models=dict(models),
            checksums=checksums,
            created_at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        )
        crash_point("publish.before-manifest")
        self.storage.write_text(f"releases/{release.id}.json", dump_release(release))
        crash_point("publish.after-manifest")
        return release

    def promote(
        self,
        release_id: str,
        expect: str | None = None,
        cause: Cause = champion_pointer.NOBODY,
        ignore_hold: bool = False,
    ) -> None:
        """Make a published release the champion; with ``expect``, only if that one is it now.

        An empty ``expect`` is for no champion. Raises ``ArtifactError`` when there is no such
        release, ``RefusedError`` when there is another champion, ``HeldError`` while promotions are
        held, unless ``ignore_hold``.
        """
        self.read(release_id)  # it must be there and readable

        def check_hold() -> None:
            """Raise where promotions are held."""
            found = None if ignore_hold else promotion_hold.read(self.storage)
            if found:
                raise HeldError(f"release {release_id} was not promoted: {found}")

        champion_pointer.promote(self.storage, release_id, expect, cause, check_hold)

    def rollback(self, cause: Cause = champion_pointer.NOBODY) -> str:
        """Make the previous champion the champion again, also during a hold; return its id."""
        return champion_pointer.rollback(self.storage, self.read, cause)

    def moves(self) -> Iterator[Move]:
        """Yield the moves of the champion pointer, newest first."""
        return history.follow(self.storage, champion_pointer.read(self.storage).move)

    def remove_unmade_moves(self, now: datetime) -> list[str]:
        """Remove records that killed processes left without their move; return their ids."""
        newest = champion_pointer.read(self.storage).move
        return history.remove_unmade(self.storage, newest, now)

    def champion(self) -> str | None:
        """Return the id of the release that is served, or ``None`` before the first promotion."""
        return champion_pointer.read(self.storage).champion or None

    def champions(self) -> list[str]:
        """Return the ids of the champion and of those before it, newest first."""
        return list(champion_pointer.read(self.storage).champions)

    def newest(self, target: str) -> str | None:
        """Return the artifact trained last for a model or for ``encoders`` that passed, if any."""
        return (self.storage.read_text(f"newest/{target}") or "").strip() or None

    def set_newest(self, target: str, artifact_id: str) -> None:
        """Set the artifact that the next training run or the first release uses for a target."""
        self.storage.write_text(f"newest/{target}", artifact_id + "\n")

    def card(self, artifact_id: str) -> str | None:
        """Return the model card of an artifact, in Markdown, or ``None`` when there is none."""
        return self.storage.read_text(f"cards/{artifact_id}.md")

    def write_card(self, artifact_id: str, text: str) -> None:
        """Store the model card of an artifact."""
        self.storage.write_text(f"cards/{artifact_id}.md", text)

    def read_companion(self, artifact_id: str, name: str) -> str | None:
        """Return the text of a file that was put beside an artifact's own, or ``None``."""
        return self.storage.read_text(f"artifacts/{artifact_id}/{name}")

    def write_companion(self, artifact_id: str, name: str, text: str) -> None:
        """Put a text beside an artifact's own files; its id and its checksums do not cover it."""
        self.storage.write_text(f"artifacts/{artifact_id}/{name}", text)

    def pending(self, name: str) -> str | None:
        """Return the records of a run that could not be registered, as JSON, or ``None``."""
        return self.storage.read_text(f"pending/{name}.json")

    def write_pending(self, text: str) -> str:
        """Keep the records of a run that could not be registered; return their name."""
        name = _sha256(text)[:16]
        self.storage.write_text(f"pending/{name}.json", text)
        return name

    def artifact_url(self, artifact_id: str) -> str:
        """Return the URL of an artifact, for other registries to point at."""
        return f"{self.storage.url.rstrip('/')}/artifacts/{artifact_id}"

    def read(self, release_id: str | None = None) -> Release:
        """Return a release, the champion by default; raises ``ArtifactError`` if there is none."""
        release_id = release_id or self.champion()
        if release_id is None:
            raise ArtifactError(
                "nothing has been released yet: run 'listrec train all --snapshot DIR'"
            )

        text = self.storage.read_text(f"releases/{release_id}.json")
        if text is None:
            raise ArtifactError(f"there is no release {release_id} in the store")
        return parse_release(text, release_id)

    def releases(self) -> list[str]:
        """Return the ids of all published releases."""
        return [key.removesuffix(".json") for key in self.storage.keys("releases")]

    def fetch(self, cache: Path, release_id: str | None = None) -> FetchedRelease:
        """Fetch the artifacts of a release, the champion by default, and check them against it."""
        release = self.check(release_id)
        for artifact_id in release.checksums:
            self.fetch_artifact(artifact_id, cache)
        return cached_release(release, cache)

    def check(self, release_id: str | None = None) -> Release:
        """Return a release whose artifacts are in the store as they were when it was published.

        Raises ``ArtifactError`` where one is missing or another one. Only manifests are read.
        """
        release = self.read(release_id)
        for artifact_id, expected in release.checksums.items():
            if _sha256(self._manifest_text(artifact_id)) != expected:
                raise ArtifactError(
                    f"artifact {artifact_id} is not the one that release {release.id} was made of"
                )
        return release

    def _checksums(self, artifact_ids: Sequence[str]) -> dict[str, str]:
        return {ref: _sha256(self._manifest_text(ref)) for ref in sorted(artifact_ids)}

    def _manifest_text(self, artifact_id: str) -> str:
        text = self.storage.read_text(f"artifacts/{artifact_id}/{artifacts.MANIFEST}")
        if text is None:
            raise ArtifactError(f"there is no artifact {artifact_id} in the store")
        return text


def cached_release(release: Release, cache: Path) -> FetchedRelease:
    """Return a release whose artifacts were fetched into ``cache`` before; no store is asked."""
    encoders = {ref: cache / ref for ref in release.encoders}
    models = {name: cache / ref for name, ref in release.models.items()}
    return FetchedRelease(release, encoders, models)


def dump_release(release: Release) -> str:
    """Return the manifest of a release, as JSON."""
    values = {name: getattr(release, name) for name in Release.__slots__}
    return json.dumps(values, indent=2, sort_keys=True) + "\n"


def parse_release(text: str, release_id: str) -> Release:
    """Return a release from its manifest.

    Raises ``ArtifactError`` where it is damaged, or of a newer schema than this installation.
    """
    try:
        values = json.loads(text)
        if values["schema"] > SCHEMA:
            message = artifacts.newer_schema(
                f"release {release_id}", values["schema"], SCHEMA
            )
            raise ArtifactError(message)
        return Release(**{**values, "encoders": tuple(values["encoders"])})
    except (ValueError, TypeError, KeyError):
        raise ArtifactError(
            f"the manifest of release {release_id} is damaged"
        ) from None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
