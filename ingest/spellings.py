"""One spelling for each label: ``Nike``, ``NIKE`` and ``nike®`` are one brand.

Spellings are counted in a sample of rows. A label that the sample does not hold keeps the spelling
of the first row that has it, so that memory grows with different labels alone, up to a limit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from common.listing import CATEGORY_SEPARATOR, Listing
from common.validation.folding import fold_field

FOLDED_FIELDS = (
    "brand",
    "condition",
    "size",
    "colour",
    "shipping_method",
    "parcel_size",
)
"""Labels of one level whose spellings are joined; a category is joined level by level."""

MAX_LABELS = 200_000
"""Different labels of a field that are remembered; further new ones stay as they are written."""

MAX_EXAMPLES = 3


@dataclass(slots=True)
class Spellings:
    """The chosen spelling of every label, by field.

    Attributes:
        chosen: For a field, the spelling by folded label; of a category, by folded path.
        joined: For a field, the labels of the sample with several spellings, the chosen one first.
    """

    chosen: Mapping[str, dict[str, str]]
    joined: Mapping[str, list[tuple[str, ...]]] = field(default_factory=dict)
    _cache: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def apply(self, listing: Listing) -> Listing:
        """Return the listing with the chosen spelling of its labels."""
        changes: dict[str, str] = {}
        for name in FOLDED_FIELDS:
            label = getattr(listing, name)
            if not label:
                continue
            spelling = self._spell(name, label, self._label)
            if spelling != label:
                changes[name] = spelling

        if listing.category:
            path = self._spell("category", listing.category, self._path)
            if path != listing.category:
                changes["category"] = path
        return replace(listing, **changes) if changes else listing  # type: ignore[arg-type]

    def _spell(self, name: str, label: str, choose: Callable[[str, str], str]) -> str:
        """Look a spelling up: labels repeat from row to row, and folding is slow."""
        key = (name, label)
        spelling = self._cache.get(key)
        if spelling is None:
            spelling = choose(name, label)
            if len(self._cache) < MAX_LABELS:
                self._cache[key] = spelling
        return spelling

    def _label(self, name: str, label: str) -> str:
        chosen = self.chosen[name]
        key = _fold(name, label)
        if len(chosen) < MAX_LABELS:
            return chosen.setdefault(key, label)
        return chosen.get(key, label)

    def _path(self, name: str, path: str) -> str:
        # The spelling of a level is that of its whole path: two departments may differ in it.
        levels: list[str] = []
        folded: list[str] = []
        for level in path.split(CATEGORY_SEPARATOR):
            folded.append(_fold(name, level))
            key = CATEGORY_SEPARATOR.join(folded)
            spelling = self.chosen[name].setdefault(key, level)
            levels.append(spelling)
        return CATEGORY_SEPARATOR.join(levels)


def choose_spellings(listings: Iterable[Listing]) -> Spellings:
    """Return the commonest spelling of each label of a sample; of equals the first by letters."""
    chosen: dict[str, dict[str, str]] = {}
    joined: dict[str, list[tuple[str, ...]]] = {}
    for name, by_key in _count(listings).items():
        chosen[name] = {}
        joined[name] = []
        for key, spellings in by_key.items():
            ranked = _rank(spellings)
            chosen[name][key] = ranked[0]
            if len(ranked) > 1:
                joined[name].append(ranked)

    return Spellings(chosen, joined)


def _count(listings: Iterable[Listing]) -> dict[str, dict[str, Counter[str]]]:
    """Return the number of rows by field, folded label and spelling."""
    counts: dict[str, dict[str, Counter[str]]] = {
        name: defaultdict(Counter) for name in ("category", *FOLDED_FIELDS)
    }
    for listing in listings:
        for name in FOLDED_FIELDS:
            label = getattr(listing, name)
            if label:
                key = _fold(name, label)
                counts[name][key][label] += 1
        # The categories of two paths are two labels, even if their names are one.
        if listing.category:
            _count_levels(counts["category"], listing.category)
    return counts


def _count_levels(counts: dict[str, Counter[str]], path: str) -> None:
    folded: list[str] = []
    for level in path.split(CATEGORY_SEPARATOR):
        folded.append(_fold("category", level))
        key = CATEGORY_SEPARATOR.join(folded)
        counts[key][level] += 1


def _rank(spellings: Counter[str]) -> tuple[str, ...]:
    """Return spellings from the commonest to the rarest."""
    # Sorting is stable: of equally common spellings the first by letters stays in front.
    ranked = sorted(spellings)
    ranked.sort(key=spellings.__getitem__, reverse=True)
    return tuple(ranked)


def _fold(name: str, label: str) -> str:
    # A label of nothing but marks folds to nothing and is still itself.
    return fold_field(name, label) or label
