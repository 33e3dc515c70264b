"""A trained head: features, members, stacked trees and blends, from inputs to scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from common.arrays import Floats
from common.listing import Candidate
from common.nets import label_encoding
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import Inputs
from common.nets.net import JoinedNets, Net
from common.nets.sparse_linear import SparseLinear
from models.ensemble import blend
from models.ensemble.blend import Blend, RowWeights
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.stack_features import EMPTY, StackFeatures, as_columns, as_scores

STACKED = "trees"
"""Name of the boosted trees among the members, behind all of which their scores come."""

EARLY_PREFIX, FULL_PREFIX = "early.", "full."
"""Prefixes of the linear members of either context; each weighs nothing in the other's pool."""

Member = Net | SparseLinear
"""What scores inputs: ``forward`` gives scores ``[rows, classes]`` by output."""

MemberScores = Mapping[str, Mapping[str, Floats]]
"""Scores ``[rows, classes]`` by member, then by output."""


@dataclass(frozen=True, slots=True)
class ClassProbabilities:
    """Probabilities ``[rows, classes]``, and the calibration of each row ``[rows, 3]``."""

    probabilities: Floats
    betas: Floats

    def rank(self, classes: Sequence[str]) -> list[tuple[Candidate, ...]]:
        """Return each row's five most probable classes by name, calibrated."""
        return label_encoding.rank_candidates(self.probabilities, self.betas, classes)


@dataclass(frozen=True, slots=True)
class Head:
    """The scoring part of a model.

    Attributes:
        features: Turns listings into inputs.
        members: Nets by name, in the order of their weights.
        blends: Weights of the members by output.
        n_late_fields: Usual number of confirmed fields beside the early ones.
        stacking: Boosted trees by output; their scores come after those of the members.
        residual_quantiles: Boosted trees of ``QUANTILES`` of the residual, by output.
        stack_features: Columns of all trees.
        joined_nets: The nets among the members, in a head that was loaded.
    """

    features: FeatureExtractor
    members: Mapping[str, Member]
    blends: Mapping[str, Blend]
    n_late_fields: float = 1.0
    stacking: Mapping[str, BoostedTrees] = field(default_factory=dict)
    residual_quantiles: Mapping[str, BoostedTrees] = field(default_factory=dict)
    stack_features: StackFeatures = EMPTY
    joined_nets: JoinedNets | None = None

    def scores(self, inputs: Inputs) -> dict[str, list[Floats]]:
        """Return scores ``[rows, classes]`` by output, one array a member, stacked trees last."""
        member_scores = self.member_scores(inputs)
        scores: dict[str, list[Floats]] = {}
        for by_output in member_scores.values():
            for output, values in by_output.items():
                scores.setdefault(output, []).append(values)

        if self.stacking:
            table = self.stacking_table(inputs, member_scores)
            for output, trees in self.stacking.items():
                n_classes = scores[output][0].shape[1]
                tree_scores = as_scores(trees.predict(table), n_classes)
                scores[output].append(tree_scores)
        return scores

    def member_scores(self, inputs: Inputs) -> dict[str, dict[str, Floats]]:
        """Return the scores of every member by output, without those of trees."""
        scores = self.joined_nets.forward(inputs) if self.joined_nets else {}
        return {
            name: scores[name] if name in scores else member.forward(inputs)
            for name, member in self.members.items()
        }

    def probabilities(
        self, output: str, scores: Sequence[Floats], inputs: Inputs
    ) -> ClassProbabilities:
        """Blend ``scores`` of an output of classes."""
        weights = self._row_weights(output, inputs)
        probabilities = blend.log_linear_pool(scores, weights.weights)
        return ClassProbabilities(probabilities, weights.betas)

    def values(self, output: str, scores: Sequence[Floats], inputs: Inputs) -> Floats:
        """Blend ``scores`` of a value, ``[rows]``."""
        weights = self._row_weights(output, inputs)
        predictions = [member[:, 0] for member in scores]
        return blend.weighted_sum(predictions, weights.weights, weights.constants)

    def predict_residual_quantiles(
        self, output: str, inputs: Inputs, median: Floats
    ) -> Floats:
        """Return ``QUANTILES`` of the residual of a value around its ``median [rows]``.

        They are ``[rows, 2]``.
        """
        table = self.residual_table(inputs, median)
        return self.residual_quantiles[output].predict(table)

    def stacking_table(self, inputs: Inputs, member_scores: MemberScores) -> Floats:
        """Return the table ``[rows, columns]`` of the trees in ``stacking``."""
        completeness = self.completeness(inputs)
        columns: list[Floats] = []
        for output in self.stack_features.outputs:
            columns.extend(self._member_columns(output, member_scores, completeness))
        scores = np.concatenate(columns, axis=1)
        return self.stack_features.table(inputs, scores, completeness)

    def residual_table(self, inputs: Inputs, median: Floats) -> Floats:
        """Return the table ``[rows, columns]`` of the trees in ``residual_quantiles``."""
        completeness = self.completeness(inputs)
        return self.stack_features.table(inputs, median[:, None], completeness)

    def completeness(self, inputs: Inputs) -> Floats:
        """Return the position of each row between early context, 0, and full context, 1."""
        share = inputs.n_late_fields / np.float32(self.n_late_fields)
        completeness: Floats = np.minimum(share, np.float32(1))
        return completeness

    def _member_columns(
        self, output: str, member_scores: MemberScores, completeness: Floats
    ) -> Iterator[Floats]:
        """Yield columns ``[rows, k]`` of the label-free members of an output.

        The two linear members are one column, interpolated by completeness.
        """
        early = EARLY_PREFIX + output
        full = FULL_PREFIX + output
        for name, net in self.members.items():
            # Held-out scores of other members would need encoders retrained in every fold.
            is_column = net.label_free and name not in (early, full)
            if is_column and output in net.outputs:
                yield as_columns(member_scores[name][output])

        if early in member_scores:
            columns = as_columns(member_scores[early][output])
            change = as_columns(member_scores[full][output]) - columns
            yield columns + completeness[:, None] * change

    def _row_weights(self, output: str, inputs: Inputs) -> RowWeights:
        completeness = self.completeness(inputs)
        return self.blends[output].row_weights(inputs.modes, completeness)
