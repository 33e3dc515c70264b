"""What the workers of a server are to apply of experiments, in files that they share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from common.experiments import published
from common.experiments.published import Published
from common.store.atomic import write_atomically
from common.store.release import Release, dump_release, parse_release


@dataclass(frozen=True, slots=True)
class ExperimentsTarget:
    """One process writes what is published, one which releases have passed; all workers read both.

    Attributes:
        folder: a folder of this server alone.
    """

    folder: Path

    def write(self, accepted: Published) -> None:
        """Name what to apply; it is legal."""
        write_atomically(self._path, published.dump(accepted))

    def read_text(self) -> str:
        """Return what to apply as text, empty before there is anything."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def read(self) -> Published:
        """Return what to apply."""
        text = self.read_text()
        return published.parse(text) if text else Published()

    def add_release(self, release: Release) -> None:
        """Name a release of a variant that has passed; its artifacts are in the cache."""
        write_atomically(self._release_path(release.id), dump_release(release))

    def release(self, release_id: str) -> Release | None:
        """Return a release that has passed, ``None`` for one that has not."""
        try:
            text = self._release_path(release_id).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return parse_release(text, release_id)

    def remove_others(self, release_ids: Collection[str]) -> None:
        """Forget all releases but some: they have to pass again, should they come back."""
        for path in self.folder.glob("variant-*.json"):
            if path.stem.removeprefix("variant-") not in release_ids:
                path.unlink()

    @property
    def _path(self) -> Path:
        return self.folder / "experiments.json"

    def _release_path(self, release_id: str) -> Path:
        return self.folder / f"variant-{release_id}.json"
