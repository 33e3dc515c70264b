"""The releases that a server holds: the one that answers, and those that requests name."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import ArtifactError
from models.suggester import Suggester

MAX_SHOWN_CHARACTERS = 40
"""Of a word of a client, in a message; the id of a release has 16."""


class LoadedReleases:
    """A request finds its release once and keeps it: its answer is of one release."""

    def __init__(
        self,
        loaded: Suggester,
        also: Sequence[Suggester] = (),
        keeps_former: bool = False,
    ) -> None:
        """Answer with ``loaded``, and with each of ``also`` where a request names it.

        With ``keeps_former`` the release that a swap replaces is held, too.
        """
        self.current = loaded
        self._also = tuple(also)
        self._keeps_former = keeps_former
        self._former: tuple[Suggester, ...] = ()

    @property
    def all(self) -> tuple[Suggester, ...]:
        """All releases that can answer, the current one first."""
        releases = (self.current, *self._also, *self._former)
        return tuple({each.release: each for each in releases}.values())

    def find(self, release: str) -> Suggester:
        """Return a release by its id, the current one for no id.

        Raises ``ArtifactError`` where it is not held.
        """
        if not release:
            return self.current
        for loaded in self.all:
            if loaded.release == release:
                return loaded
        ids = ", ".join(loaded.release for loaded in self.all)
        raise ArtifactError(
            f"release {release[:MAX_SHOWN_CHARACTERS]} is not held here, but {ids}:"
            " name one of these, or start the server with --also"
        )

    def swap(self, loaded: Suggester) -> None:
        """Answer with ``loaded`` from now on; those that requests name stay."""
        if self._keeps_former:
            self._former = (self.current,)
        self.current = loaded
