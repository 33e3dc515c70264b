"""Boosts trees with LightGBM and hands back plain arrays; training code only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.settings import BoostedTreesSettings

MAX_DEPTH = 6
"""Trees are no deeper: each level costs as much time as any other, also for a few rows."""

MEAN, ODDS, SEVERAL = "regression", "binary", "multiclass"
"""Objectives: the mean of a value, the log odds of the second of two classes, and scores of
several."""

Trees = list[dict[str, Any]]
"""Trees of one output in LightGBM's words."""


def quantile(level: float) -> str:
    """The objective that learns a quantile of a value."""
    return f"quantile {level}"


def fit_boosted_trees(
    table: Floats,
    truth: NDArray[np.float64],
    objectives: Sequence[str],
    settings: BoostedTreesSettings,
) -> BoostedTrees:
    """Fit one output for each objective to ``truth [rows]`` on ``table [rows, columns]``.

    Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, 2017. It runs on one
    thread, which gives the same trees every time.
    """
    outputs = []
    for objective in objectives:
        name, *level = objective.split(" ")
        more = {"alpha": float(level[0])} if level else {}
        outputs.append(_boost(table, truth, settings, objective=name, **more))
    return _join(outputs)


def fit_boosted_classes(
    table: Floats, truth: NDArray[np.float64], size: int, settings: BoostedTreesSettings
) -> BoostedTrees:
    """Fit scores of ``size`` classes, whose softmax is their odds; ``truth`` are class numbers."""
    size_of_trees = settings.multiclass
    settings = replace(
        settings, n_estimators=size_of_trees.n_estimators, num_leaves=size_of_trees.num_leaves
    )
    trees = _boost(table, truth, settings, objective=SEVERAL, num_class=size)
    return _join([trees[number::size] for number in range(size)])


def _boost(
    table: Floats, truth: NDArray[np.float64], settings: BoostedTreesSettings, **objective: Any
) -> Trees:
    """Return the trees as LightGBM tells of them; of several classes they take turns."""
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
    found: Trees = lightgbm.train(parameters, rows, settings.n_estimators).dump_model()["tree_info"]
    return found


def _join(outputs: Sequence[Trees]) -> BoostedTrees:
    """Lay out the trees of all outputs; the mean that each starts from is in its first tree."""
    nodes = _Nodes()
    roots, ends, depth = [], [], 0
    for trees in outputs:
        for tree in trees:
            roots.append(nodes.room(1))
            depth = max(depth, nodes.fill(roots[-1], tree["tree_structure"]))
        ends.append(len(roots))
    return BoostedTrees(
        np.array(nodes.column, np.intp),
        _round_down(np.array(nodes.threshold, np.float64)),
        np.array(nodes.below, np.intp),
        np.array(nodes.value, np.float32),
        np.array(roots, np.intp),
        np.array(ends, np.int32),
        np.array(depth, np.int32),
    )


@dataclass(slots=True)
class _Nodes:
    """Columns of a forest as they grow."""

    column: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def room(self, count: int) -> int:
        """Append leaves of value 0; return the place of the first."""
        place = len(self.below)
        self.column += [0] * count
        self.threshold += [np.inf] * count
        self.below += range(place, place + count)
        self.value += [0.0] * count
        return place

    def fill(self, place: int, node: dict[str, Any]) -> int:
        """Write a node and append all below it; return how deep they go."""
        if "leaf_value" in node:
            self.value[place] = float(node["leaf_value"])
            return 0
        self.column[place] = int(node["split_feature"])
        self.threshold[place] = float(node["threshold"])
        below = self.below[place] = self.room(2)
        left = self.fill(below, node["left_child"])
        return 1 + max(left, self.fill(below + 1, node["right_child"]))


def _round_down(thresholds: NDArray[np.float64]) -> Floats:
    """The largest numbers of 32 bits that are not above: tables have 32 bits too."""
    rounded = thresholds.astype(np.float32)
    above = rounded.astype(np.float64) > thresholds
    found: Floats = np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    return found
