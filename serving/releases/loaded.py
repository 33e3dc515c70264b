"""The releases that a server holds: the one that answers, and those that requests name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from common.errors import ArtifactError
from models.suggester import Suggester
from serving.releases.composed import with_model

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
        self._of_variants: tuple[Suggester, ...] = ()
        self._composed: dict[tuple[str, ...], Suggester] = {}

    @property
    def all(self) -> tuple[Suggester, ...]:
        """All releases that can answer, the current one first."""
        releases = (self.current, *self._also, *self._former, *self._of_variants)
        return tuple({each.release: each for each in releases}.values())

    def find(self, release: str) -> Suggester:
        """Return a release by its id, the current one for no id.

        Raises ``ArtifactError`` where it is not held.
        """
        loaded = self.get(release)
        if loaded is None:
            ids = ", ".join(each.release for each in self.all)
            raise ArtifactError(
                f"release {release[:MAX_SHOWN_CHARACTERS]} is not held here, but {ids}:"
                " name one of these, or start the server with --also"
            )
        return loaded

    def get(self, release: str) -> Suggester | None:
        """Return a release by its id, the current one for no id, ``None`` where it is not held."""
        if not release:
            return self.current
        held = (each for each in self.all if each.release == release)
        return next(held, None)

    def compose(self, release: str, models: Mapping[str, str]) -> Suggester:
        """Return a release, the current one for no id, with some models of other releases.

        ``models`` has the id of a release that is held by the name of the model. The same ids give
        the same object until a release is swapped.
        """
        key = (release, *(word for pair in sorted(models.items()) for word in pair))
        composed = self._composed.get(key)
        if composed is None:
            composed = self.find(release)
            for name, other in models.items():
                composed = with_model(composed, name, self.find(other))
            self._composed[key] = composed
        return composed

    def swap(self, loaded: Suggester) -> None:
        """Answer with ``loaded`` from now on; those that requests name stay."""
        if self._keeps_former:
            self._former = (self.current,)
        self.current = loaded
        self._composed.clear()

    def keep_for_variants(self, of_variants: Sequence[Suggester]) -> None:
        """Hold the releases that variants of experiments name, in the place of those before."""
        self._of_variants = tuple(of_variants)
        self._composed.clear()
