"""Where the releases of a server come from, and which of their models it loads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.errors import ArtifactError
from common.store.release import Release, ReleaseStore, cached_release
from models.suggester import Suggester, load
from serving.releases import golden


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """A release store, and what one server wants of it.

    Attributes:
        store: URL of the release store.
        cache: folder of fetched artifacts.
        names: models to load, ``None`` for all; with none, the encoders of all.
        encoder_threads: threads for one call of an encoder.
    """

    store: str
    cache: Path
    names: Sequence[str] | None = None
    encoder_threads: int = 1

    def champion(self) -> str:
        """Return the id of the champion, or nothing before the first promotion."""
        return ReleaseStore(self.store).champion() or ""

    def fetch(self, release_id: str = "") -> Release:
        """Fetch a release into the cache, by default the champion, with all files checked.

        Raises ``ArtifactError`` where it is not there, damaged, or of a newer version.
        """
        return ReleaseStore(self.store).fetch(self.cache, release_id or None).release

    def load(self, release: Release, loaded: Sequence[Suggester] = ()) -> Suggester:
        """Load a release that was fetched before, without asking the store.

        What it has in common with those in ``loaded``, encoders and models, is not loaded again.
        """
        for other in loaded:
            if other.release == release.id:
                return other
        fetched = cached_release(release, self.cache)
        return load(fetched, self.names, self.encoder_threads, loaded=loaded)

    def check(self, release_id: str) -> Release:
        """Fetch and load a release, and ask it about the golden listings.

        Raises ``ArtifactError`` with the reason where it must not be served.
        """
        release = self.fetch(release_id)
        loaded = self.load(release)
        expected = {name: release.models[name] for name in loaded.predictors}
        for kind, listing in golden.listings():
            for failure in golden.failures(loaded.suggest(listing), expected):
                raise ArtifactError(f"{kind}: {failure}")
        return release
