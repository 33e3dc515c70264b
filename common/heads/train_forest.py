"""Boosts trees with LightGBM and hands back plain arrays; training code only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.heads.forest import Forest
from common.heads.settings import ForestSettings

DEEPEST = 6
"""Trees are no deeper: each level costs as much time as any other, also for a few rows."""

MEAN, ODDS = "regression", "binary"
"""Objectives: the mean of a value, and the log odds of the second of two classes."""


def quantile(level: float) -> str:
    """The objective that learns a quantile of a value."""
    return f"quantile {level}"


def boost(
    table: Floats,
    truth: NDArray[np.float64],
    objectives: Sequence[str],
    settings: ForestSettings,
) -> Forest:
    """Fit one output for each objective to ``truth [rows]`` on ``table [rows, columns]``.

    Ke et al., LightGBM: A Highly Efficient Gradient Boosting Decision Tree, 2017. It runs on one
    thread, which gives the same trees every time.
    """
    return _join([_boost(table, truth, objective, settings) for objective in objectives])


def _boost(
    table: Floats, truth: NDArray[np.float64], objective: str, settings: ForestSettings
) -> dict[str, Any]:
    import lightgbm

    name, *level = objective.split(" ")
    parameters = {
        "objective": name,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "max_depth": DEEPEST,
        "min_data_in_leaf": settings.least_rows,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": settings.columns,
        "lambda_l2": settings.penalty,
        "max_bin": 127,
        "boost_from_average": True,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    if level:
        parameters["alpha"] = float(level[0])
    rows = lightgbm.Dataset(np.ascontiguousarray(table, dtype=np.float32), truth)
    found: dict[str, Any] = lightgbm.train(parameters, rows, settings.trees).dump_model()
    return found


def _join(models: Sequence[dict[str, Any]]) -> Forest:
    """Lay out the trees of all models; the mean that each starts from is in its first tree."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, ends, depth = [], [], 0
    for model in models:
        for tree in model["tree_info"]:
            roots.append(len(nodes))
            depth = max(depth, _add(tree["tree_structure"], nodes))
        ends.append(len(roots))
    column, threshold, left, right, value = zip(*nodes, strict=True)
    return Forest(
        np.array(column, np.int16),
        _round_down(np.array(threshold, np.float64)),
        np.array(left, np.int32),
        np.array(right, np.int32),
        np.array(value, np.float32),
        np.array(roots, np.int32),
        np.array(ends, np.int32),
        np.array(depth, np.int32),
    )


def _add(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]]) -> int:
    """Append a node and all below it; return how deep they go."""
    place = len(nodes)
    if "leaf_value" in node:
        nodes.append((0, 0.0, place, place, float(node["leaf_value"])))
        return 0
    nodes.append((0, 0.0, place, place, 0.0))
    left = len(nodes)
    depth = _add(node["left_child"], nodes)
    right = len(nodes)
    depth = max(depth, _add(node["right_child"], nodes))
    nodes[place] = (int(node["split_feature"]), float(node["threshold"]), left, right, 0.0)
    return depth + 1


def _round_down(thresholds: NDArray[np.float64]) -> Floats:
    """The largest numbers of 32 bits that are not above: tables have 32 bits too."""
    rounded = thresholds.astype(np.float32)
    above = rounded.astype(np.float64) > thresholds
    found: Floats = np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    return found
