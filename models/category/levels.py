"""Says how deep in the tree of categories an answer is sure, and how often that is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from common import calibration
from common.arrays import Floats, Ints
from common.listing import CATEGORY_SEPARATOR

MARGIN = 0.02
"""So much more than is asked for must seem to be right, at most half of what may be wrong: members
were weighed on the same few rows, which thus look a little better than others."""

NEVER = 2.0
"""A threshold that no probability reaches."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Every path of a tree, leaves first, then paths above them from the deepest up.

    ``starts`` says where each level begins in ``paths``, and where the last one ends; ``membership
    [paths, leaves]`` is 1 for the leaves that are, or are below, a path.
    """

    paths: tuple[str, ...]
    starts: tuple[int, ...]
    membership: sparse.csr_matrix

    def best(self, probabilities: Floats) -> Iterator[tuple[Ints, Floats]]:
        """Yield for each level the most probable path of every row, and its probability.

        ``probabilities`` are those of leaves ``[rows, leaves]``.
        """
        totals = np.asarray((self.membership @ probabilities.T).T)
        for start, end in zip(self.starts, self.starts[1:], strict=False):
            places = totals[:, start:end].argmax(axis=1)
            yield places + start, totals[np.arange(len(totals)), places + start]

    def commit(self, probabilities: Floats, thresholds: Sequence[float]) -> tuple[Ints, Floats]:
        """Return the deepest path that is sure enough for each row, -1 for none, and how sure."""
        chosen = np.full(len(probabilities), -1, np.int64)
        sure = np.zeros(len(probabilities), np.float32)
        for (places, totals), threshold in zip(self.best(probabilities), thresholds, strict=True):
            new = (chosen < 0) & (totals >= threshold)
            chosen[new], sure[new] = places[new], totals[new]
        return chosen, sure

    def fit(self, probabilities: Floats, truth: Sequence[str | None], right: float) -> list[float]:
        """Find thresholds from the leaves up, so that a share ``right`` of what is said is true.

        Of rows that are not said deeper, as many are said as leaves their mean probability, once it
        is calibrated on these rows, ``MARGIN`` above ``right``. Probabilities are counted rather
        than what came true, which is too rough a count of the few rows that are sure.
        """
        known = [place for place, each in enumerate(truth) if each is not None]
        left = np.ones(len(known), bool)
        asked = right + min(MARGIN, (1 - right) / 2)
        thresholds = []
        for places, totals in self.best(probabilities[known]):
            hits = [
                _below(truth[row] or "", self.paths[place])
                for row, place in zip(known, places.tolist(), strict=True)
            ]
            beta = calibration.fit_beta(totals, np.array(hits, bool))
            stated = calibration.apply_beta(totals[left], beta)
            thresholds.append(_threshold(totals[left], stated, asked))
            left &= totals < thresholds[-1]
        return thresholds


def find_levels(leaves: Sequence[str]) -> Levels:
    """List the leaves and every path above them."""
    below: dict[str, list[int]] = defaultdict(list)
    for place, leaf in enumerate(leaves):
        names = leaf.split(CATEGORY_SEPARATOR)
        for depth in range(1, len(names)):
            below[CATEGORY_SEPARATOR.join(names[:depth])].append(place)
    depths = {path: path.count(CATEGORY_SEPARATOR) for path in below}
    above = sorted(below, key=lambda path: (-depths[path], path))
    ends = [depths[path] != depths[after] for path, after in zip(above, above[1:], strict=False)]
    changes = [len(leaves) + place + 1 for place, end in enumerate(ends) if end]
    starts = (0, len(leaves), *changes, *([len(leaves) + len(above)] if above else []))
    members = [[place] for place in range(len(leaves))] + [below[path] for path in above]
    rows = [row for row, each in enumerate(members) for _ in each]
    columns = [place for each in members for place in each]
    shape = (len(members), len(leaves))
    ones = np.ones(len(rows), np.float32)
    return Levels((*leaves, *above), starts, sparse.csr_matrix((ones, (rows, columns)), shape))


def _threshold(sure: Floats, stated: Floats, right: float) -> float:
    """The least of the values ``sure`` above which what is ``stated`` is ``right`` on average."""
    order = np.argsort(-sure, kind="stable")
    means = np.cumsum(stated[order], dtype=np.float64) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(means >= right)
    return float(sure[order[enough[-1]]]) if len(enough) else NEVER


def _below(path: str, parent: str) -> bool:
    return path == parent or path.startswith(parent + CATEGORY_SEPARATOR)
