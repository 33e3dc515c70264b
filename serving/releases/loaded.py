"""The release that a server answers with, and the one before it where it is asked for still."""

from __future__ import annotations

from models.suggester import Suggester


class LoadedReleases:
    """A request reads ``current`` once and keeps it: its answer is of one release."""

    def __init__(self, loaded: Suggester, keeps_former: bool = False) -> None:
        """Hold ``loaded``; with ``keeps_former`` also the release that a swap replaces."""
        self.current = loaded
        self._keeps_former = keeps_former
        self._former: Suggester | None = None

    def find(self, release: str) -> Suggester | None:
        """Return a release by its id, the current one for no id, ``None`` where it is not held."""
        if release in ("", self.current.release):
            return self.current
        if self._former and release == self._former.release:
            return self._former
        return None

    def swap(self, loaded: Suggester) -> None:
        """Answer with ``loaded`` from now on."""
        if self._keeps_former:
            self._former = self.current
        self.current = loaded
