"""Boosted trees fitted by LightGBM, returned as arrays of ``BoostedTrees``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.nets.targets import Target
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.stack_features import QUANTILES

MAX_DEPTH = 6
"""Maximum depth of a tree: each level costs every prediction the same time."""

TreeDumps = list[dict[str, Any]]
"""Trees of one output in the format of LightGBM's ``dump_model``."""


def fit_boosted_trees(
    table: Floats,
    truth: NDArray[np.float64],
    target: Target,
    settings: BoostedTreesSettings,
) -> BoostedTrees:
    """Fit ``truth [rows]``, labels of a target, on ``table [rows, columns]``.

    The trees predict the mean of a value, the log odds of the second of two classes, or a score of
    each of more classes.

    Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, 2017. It runs on one
    thread, so that the same rows give the same trees.
    """
    if target.is_multiclass:
        objective = {"objective": "multiclass", "num_class": target.size}
        sized = settings.with_size(settings.multiclass)
        trees = _boost(table, truth, sized, objective)
        # LightGBM grows one tree of each class in turn.
        return _join([trees[number :: target.size] for number in range(target.size)])

    name = "regression" if target.kind == "value" else "binary"
    return _join([_boost(table, truth, settings, {"objective": name})])


def fit_quantile_trees(
    table: Floats, truth: NDArray[np.float64], settings: BoostedTreesSettings
) -> BoostedTrees:
    """Fit ``QUANTILES`` of ``truth [rows]`` on ``table [rows, columns]``."""
    sized = settings.with_size(settings.quantile)
    objectives = ({"objective": "quantile", "alpha": level} for level in QUANTILES)
    return _join([_boost(table, truth, sized, objective) for objective in objectives])


def _boost(
    table: Floats,
    truth: NDArray[np.float64],
    settings: BoostedTreesSettings,
    objective: dict[str, Any],
) -> TreeDumps:
    # Imported here: linear models and nets are trained without it.
    import lightgbm

    parameters = {
        **objective,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "max_depth": MAX_DEPTH,
        "min_data_in_leaf": settings.min_child_samples,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": settings.feature_fraction,
        "lambda_l2": settings.reg_lambda,
        "max_bin": 127,
        "boost_from_average": True,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(np.ascontiguousarray(table, dtype=np.float32), truth)
    model = lightgbm.train(parameters, rows, settings.n_estimators)
    trees: TreeDumps = model.dump_model()["tree_info"]
    return trees


def _join(outputs: Sequence[TreeDumps]) -> BoostedTrees:
    """Lay out the trees of all outputs; the mean that boosting starts from is in the first tree."""
    nodes = _Nodes()
    tree_starts: list[int] = []
    output_ends: list[int] = []
    depth = 0

    for trees in outputs:
        for tree in trees:
            root = nodes.append_leaves(1)
            tree_starts.append(root)
            depth = max(depth, nodes.write(root, tree["tree_structure"]))
        output_ends.append(len(tree_starts))
    return nodes.as_trees(tree_starts, output_ends, depth)


@dataclass(slots=True)
class _Nodes:
    """Arrays over nodes as they grow."""

    column: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    left_child: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def append_leaves(self, count: int) -> int:
        """Append leaves of value 0; return the index of the first."""
        first = len(self.left_child)
        self.column += [0] * count
        self.threshold += [np.inf] * count
        self.left_child += range(first, first + count)
        self.value += [0.0] * count
        return first

    def write(self, index: int, dump: dict[str, Any]) -> int:
        """Write a node and append its descendants; return the depth below it."""
        if "leaf_value" in dump:
            self.value[index] = float(dump["leaf_value"])
            return 0

        self.column[index] = int(dump["split_feature"])
        self.threshold[index] = float(dump["threshold"])
        left = self.append_leaves(2)
        self.left_child[index] = left

        left_depth = self.write(left, dump["left_child"])
        right_depth = self.write(left + 1, dump["right_child"])
        return 1 + max(left_depth, right_depth)

    def as_trees(
        self, tree_starts: Sequence[int], output_ends: Sequence[int], depth: int
    ) -> BoostedTrees:
        """Return the trees as arrays."""
        return BoostedTrees(
            column=np.array(self.column, np.intp),
            threshold=_round_down(np.array(self.threshold, np.float64)),
            left_child=np.array(self.left_child, np.intp),
            value=np.array(self.value, np.float32),
            tree_starts=np.array(tree_starts, np.intp),
            output_ends=np.array(output_ends, np.int32),
            depth=np.array(depth, np.int32),
        )


def _round_down(thresholds: NDArray[np.float64]) -> Floats:
    """Return the largest 32-bit floats that are not above, since tables have 32 bits too."""
    rounded = thresholds.astype(np.float32)
    is_above = rounded.astype(np.float64) > thresholds
    lower = np.nextafter(rounded, np.float32(-np.inf))
    rounded_down: Floats = np.where(is_above, lower, rounded)
    return rounded_down
