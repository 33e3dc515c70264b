"""Settings of the members of an ensemble; servers may import them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TreeSize:
    """Size of the boosted trees of a quantile, or of a class.

    Attributes:
        n_estimators: Number of trees.
        num_leaves: Maximum number of leaves of a tree.
    """

    n_estimators: int = 100
    num_leaves: int = 8


@dataclass(frozen=True, slots=True)
class BoostedTreesSettings:
    """Settings of the boosted trees that are stacked on the members; names are LightGBM's.

    Attributes:
        n_estimators: Number of trees of a value or of a binary output.
        num_leaves: Maximum number of leaves of such a tree.
        quantile: Trees of each residual quantile.
        multiclass: Trees of each class of an output of more than two classes.
        learning_rate: Shrinkage of each tree's contribution.
        min_child_samples: Minimum number of rows in a leaf.
        feature_fraction: Share of the columns that each tree may split on.
        reg_lambda: L2 regularisation of leaf values.
        n_components: Number of leading singular vectors of the text used as columns.
        n_ngrams: Number of the most frequent n-grams used as columns.
        seed: Seed of the row and column sampling.
    """

    n_estimators: int = 200
    num_leaves: int = 15
    quantile: TreeSize = TreeSize()
    multiclass: TreeSize = TreeSize()
    learning_rate: float = 0.04
    min_child_samples: int = 40
    feature_fraction: float = 0.4
    reg_lambda: float = 5.0
    n_components: int = 48
    n_ngrams: int = 0
    seed: int = 0

    RENAMED: ClassVar[Mapping[str, str]] = {
        "trees": "n_estimators",
        "leaves": "num_leaves",
        "quantile_trees": "quantile.n_estimators",
        "quantile_leaves": "quantile.num_leaves",
        "class_trees": "multiclass.n_estimators",
        "class_leaves": "multiclass.num_leaves",
        "least_rows": "min_child_samples",
        "columns": "feature_fraction",
        "penalty": "reg_lambda",
        "directions": "n_components",
        "words": "n_ngrams",
    }

    def with_size(self, size: TreeSize) -> BoostedTreesSettings:
        """Return the settings for trees of another size."""
        return replace(self, n_estimators=size.n_estimators, num_leaves=size.num_leaves)


@dataclass(frozen=True, slots=True)
class LinearSettings:
    """Penalties that the linear members may have; the best one is found on held-out rows.

    Attributes:
        penalties: Regularisation strengths of the ridge regressions.
    """

    penalties: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 10.0)
