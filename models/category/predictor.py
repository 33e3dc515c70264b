"""Answers with ranked category paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.encoders import Encoder
from common.listing import Candidate, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from models.category.levels import Levels, find_levels
from models.ensemble.head import load_head
from models.ensemble.predictor import HeadPredictor


@dataclass(frozen=True, slots=True)
class CategoryPredictor(HeadPredictor):
    """The trained model, ready to answer."""

    levels: Levels

    def answer(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Rank up to five leaf paths per listing, with calibrated probabilities.

        ``category_committed`` is the deepest path, a leaf or above, that the model is sure of: a
        share ``right`` of what it commits to is true. It abstains when no leaf is at all likely.
        """
        pooled = self.head.pool("category", self.head.scores(inputs)["category"], inputs)
        ranked = pooled.rank(self.head.facts["leaves"])
        chosen, sure = self.levels.commit(pooled.probabilities, self.head.facts["thresholds"])
        used = self.head.used(listings, inputs)
        rows = zip(ranked, chosen.tolist(), sure.tolist(), used, strict=True)
        return [self._answer(*row) for row in rows]

    def _answer(
        self, ranked: tuple[Candidate, ...], chosen: int, sure: float, used: tuple[str, ...]
    ) -> Suggestion:
        candidates, abstained = {"category": ranked}, ""
        if chosen >= 0:
            candidates["category_committed"] = (Candidate(self.levels.paths[chosen], sure),)
        if ranked[0].probability < self.head.facts["abstain_below"]:
            abstained = "no category is sure enough"
            if chosen >= 0:
                abstained += f"; it is in {self.levels.paths[chosen]} with {sure:.0%}"
        return Suggestion(self.name, self.version, candidates, abstained=abstained, used=used)


def load(artifact: Path, encoders: Sequence[Encoder]) -> CategoryPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    head = load_head(artifact, encoders)
    return CategoryPredictor("category", manifest.id, head, find_levels(head.facts["leaves"]))
