"""Answers with ranked category paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from common import artifacts
from common.arrays import Floats
from common.encoders import Encoder
from common.heads.head import load_head
from common.heads.net import Inputs
from common.heads.predictor import HeadPredictor
from common.listing import CATEGORY_SEPARATOR, Candidate, Listing, Suggestion


@dataclass(frozen=True, slots=True)
class Parents:
    """Paths above the leaves and their depths; ``membership`` is 1 for the leaves below each."""

    paths: tuple[str, ...]
    depths: tuple[int, ...]
    membership: sparse.csr_matrix


@dataclass(frozen=True, slots=True)
class CategoryPredictor(HeadPredictor):
    """The trained model, ready to answer."""

    parents: Parents

    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Rank up to five leaf paths per listing, with calibrated probabilities.

        When no leaf is sure enough the answer abstains, and ``category_parent`` holds the deepest
        parent that is.
        """
        pooled = self.head.pool("category", self.head.scores(inputs)["category"], inputs)
        ranked = pooled.rank(self.head.facts["leaves"])
        used = self.head.used(listings, inputs)
        rows = zip(ranked, pooled.probabilities, used, strict=True)
        return [self._answer(*row) for row in rows]

    def _answer(
        self, ranked: tuple[Candidate, ...], probabilities: Floats, used: tuple[str, ...]
    ) -> Suggestion:
        candidates, abstained = {"category": ranked}, ""
        if ranked[0].probability < self.head.facts["sure"]:
            abstained = "no category is sure enough"
            parent = self._parent(probabilities)
            if parent:
                candidates["category_parent"] = (parent,)
                abstained += f"; it is in {parent.value} with {parent.probability:.0%}"
        return Suggestion(self.name, self.version, candidates, abstained=abstained, used=used)

    def _parent(self, probabilities: Floats) -> Candidate | None:
        """The deepest path above the leaves whose total probability is sure enough."""
        totals = self.parents.membership @ probabilities
        sure = np.flatnonzero(totals >= self.head.facts["parent_sure"])
        if not len(sure):
            return None
        best = max(sure, key=lambda place: (self.parents.depths[place], totals[place]))
        return Candidate(self.parents.paths[best], float(totals[best]))


def find_parents(leaves: Sequence[str]) -> Parents:
    """List every path above the leaves."""
    below: dict[str, list[int]] = defaultdict(list)
    for place, leaf in enumerate(leaves):
        levels = leaf.split(CATEGORY_SEPARATOR)
        for depth in range(1, len(levels)):
            below[CATEGORY_SEPARATOR.join(levels[:depth])].append(place)
    paths = tuple(sorted(below))
    depths = tuple(path.count(CATEGORY_SEPARATOR) for path in paths)
    rows = [row for row, path in enumerate(paths) for _ in below[path]]
    columns = [place for path in paths for place in below[path]]
    ones = np.ones(len(rows), np.float32)
    shape = (len(paths), len(leaves))
    return Parents(paths, depths, sparse.csr_matrix((ones, (rows, columns)), shape))


def load(artifact: Path, encoders: Sequence[Encoder]) -> CategoryPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    head = load_head(artifact, encoders)
    return CategoryPredictor("category", manifest.id, head, find_parents(head.facts["leaves"]))
