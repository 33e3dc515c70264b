"""Suggestions of ranked category paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.encoders import Encoder
from common.listing import Candidate, Listing, Suggestion
from common.nets.inputs import Inputs
from common.store import artifacts
from models.category.levels import Tree, build_tree
from models.ensemble.calibration_file import load_calibration
from models.ensemble.head_files import load_head
from models.ensemble.predictor import HeadPredictor, Names


@dataclass(frozen=True, slots=True)
class CategoryCalibration:
    """Constants of the category model beside its head.

    Attributes:
        leaves: Leaf paths, in the order of class numbers.
        abstain_below: Minimum probability of the first leaf.
        thresholds: Minimum probability of a committed path, for each level of the tree.
    """

    leaves: tuple[str, ...]
    abstain_below: float
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CategoryPredictor(HeadPredictor):
    """The trained model, ready to suggest."""

    calibration: CategoryCalibration
    tree: Tree

    def suggest(
        self, listings: Sequence[Listing], inputs: Inputs, used: Sequence[Names]
    ) -> list[Suggestion]:
        """Rank up to five leaf paths for each listing, with calibrated probabilities.

        ``category_committed`` is the deepest path, a leaf or above, that is true with the
        precision the model was trained for. The model abstains when no leaf is probable enough.
        """
        head, calibration = self.head, self.calibration
        scores = head.scores(inputs)["category"]
        pooled = head.probabilities("category", scores, inputs)
        ranked = pooled.rank(calibration.leaves)

        # All leaves count towards a path, not only the five that are shown.
        committed, confidence = self.tree.commit(
            pooled.probabilities, calibration.thresholds
        )
        rows = zip(
            ranked,
            committed.tolist(),
            confidence.tolist(),
            used,
            strict=True,
        )
        return [self._suggestion(*row) for row in rows]

    def _suggestion(
        self,
        ranked: tuple[Candidate, ...],
        committed: int,
        confidence: float,
        used: tuple[str, ...],
    ) -> Suggestion:
        candidates = {"category": ranked}
        committed_path = self.tree.paths[committed] if committed >= 0 else ""
        if committed_path:
            candidates["category_committed"] = (Candidate(committed_path, confidence),)

        # An abstention still tells the inner node that is sure enough.
        abstained = ""
        if ranked[0].probability < self.calibration.abstain_below:
            abstained = "no category reaches the confidence threshold"
            if committed_path:
                abstained += f"; it is in {committed_path} with {confidence:.0%}"
        return Suggestion(
            self.name,
            self.version,
            candidates,
            abstained=abstained,
            used=used,
        )


def load(artifact: Path, encoders: Sequence[Encoder]) -> CategoryPredictor:
    """Load the model from its artifact folder."""
    manifest = artifacts.read(artifact, verify=False)
    head = load_head(artifact, encoders)
    calibration = load_calibration(CategoryCalibration, artifact)
    tree = build_tree(calibration.leaves)
    return CategoryPredictor(
        "category",
        manifest.id,
        head,
        calibration,
        tree,
    )
