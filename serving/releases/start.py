"""The releases that a server starts with: fetched, checked and loaded before it answers."""

from __future__ import annotations

from functools import partial

from common.errors import ArtifactError
from common.store.release import Release, dump_release, parse_release
from models.suggester import Suggester
from serving.releases.child import run_in_child
from serving.releases.source import ReleaseSource
from serving.releases.watcher import CHECK_LIMIT, check
from serving.settings import ServingSettings


def load_releases(source: ReleaseSource, settings: ServingSettings) -> list[Suggester]:
    """Load the release that answers, then those that requests name; each artifact once.

    Raises ``ArtifactError`` for a release that cannot be served, ``UnavailableError`` when the
    store does not answer.
    """
    loaded = [source.load(fetch_release(source, settings.release))]
    for release_id in settings.also:
        loaded.append(source.load(_check_release(source, release_id), loaded))
    return loaded


def fetch_release(source: ReleaseSource, release_id: str) -> Release:
    """Fetch a release into the cache, by default the champion.

    Raises ``ArtifactError`` when there is none that can be served, ``UnavailableError`` when the
    store does not answer.
    """

    def fetch() -> str:
        """Return the manifest of the release."""
        return dump_release(source.fetch(release_id))

    return parse_release(run_in_child(fetch, CHECK_LIMIT), release_id)


def _check_release(source: ReleaseSource, release_id: str) -> Release:
    """Fetch a release and ask it about the golden listings.

    The champion has passed this before it was promoted; any other one may be named by hand.
    """
    try:
        text = run_in_child(partial(check, source, release_id), CHECK_LIMIT)
    except ArtifactError as error:
        raise ArtifactError(
            f"release {release_id} of --also (LISTREC_ALSO) cannot be served: {error};"
            " leave it away, or name one that 'listrec registry list' shows"
        ) from None
    return parse_release(text, release_id)
