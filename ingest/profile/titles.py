"""Counts of titles: their lengths, how many are repeated, and how many look decoded wrongly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.profile import counters
from ingest.profile.distinct import DistinctCounter

MAX_CHARACTERS = 200
"""Characters by which titles are told apart."""

_GARBLED = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf]|â€|ã[\u0080-\u0083]")
"""What is left of UTF-8 that was decoded as a Western encoding, or with replacements."""


@dataclass(slots=True)
class TitleCounts:
    """Counters of titles; their size does not grow with the rows.

    Attributes:
        rows: Number of rows by title.
        lengths: Number of rows by length of the title in characters.
        n_filled: Number of rows with a title.
        n_garbled: Number of titles that were decoded wrongly.
        garbled: One of them.
    """

    rows: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    n_filled: int = 0
    n_garbled: int = 0
    garbled: str = ""
    _distinct: DistinctCounter | None = None

    def update(self, titles: Sequence[str]) -> None:
        """Count the titles of some rows."""
        lengths = map(len, titles)
        self.lengths.update(lengths)
        filled = [title[:MAX_CHARACTERS] for title in titles if title]
        self.n_filled += len(filled)
        self._count_different(filled)

        # One search for all titles, since nearly always there is nothing to find.
        if _GARBLED.search("\n".join(filled)):
            garbled = [title for title in filled if _GARBLED.search(title)]
            self.n_garbled += len(garbled)
            self.garbled = self.garbled or garbled[0]

    def n_repeated(self) -> int:
        """Return how many rows have the title of an earlier row, an estimate in a large table."""
        if self._distinct is None:
            return self.n_filled - len(self.rows)
        return max(0, self.n_filled - self._distinct.estimate())

    def _count_different(self, titles: Sequence[str]) -> None:
        self.rows.update(titles)
        if self._distinct is not None:
            self._distinct.update(titles)
        elif len(self.rows) > counters.MAX_VALUES:
            # From here on rare titles are dropped from the counter.
            self._distinct = DistinctCounter()
            self._distinct.update(self.rows)

        counters.trim(self.rows)
