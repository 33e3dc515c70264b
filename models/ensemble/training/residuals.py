"""Residual quantiles of a value: how far the truth may lie from the blended prediction.

Boosted trees learn ``QUANTILES`` of the held-out residual from the prediction and all columns of
the stacked trees, in early and in full context together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.head import Head
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.stack_features import QUANTILES
from models.ensemble.training.boosted_trees import fit_boosted_trees, quantile
from models.ensemble.training.fit_head import FittedHead
from models.ensemble.training.held_out import View
from models.ensemble.training.stacking import cross_predict


@dataclass(frozen=True, slots=True)
class HeldOutQuantiles:
    """Held-out ``quantiles [rows, 2]`` of the residual around the ``median [rows]`` of a view."""

    view: View
    median: Floats
    quantiles: Floats


def fit_residual_quantiles(
    fitted: FittedHead, output: str, settings: BoostedTreesSettings | None
) -> tuple[Head, list[HeldOutQuantiles]]:
    """Return the head with residual quantiles of an output, and those of the held-out views.

    Raises:
        ValueError: The head has no stacked trees, whose columns these trees share.
    """
    head = fitted.head
    if settings is None or output not in head.stacking:
        raise ValueError("residual quantiles need boosted trees")

    trees = _QuantileTrees(head, output, settings)
    quantiles = cross_predict(trees, fitted.training, fitted.views, settings.seed + 1)
    held_out = []
    for view, values in zip(fitted.views, quantiles, strict=True):
        held_out.append(HeldOutQuantiles(view, trees.median(view), values))

    by_output = {output: trees.fit(fitted.training)}
    return replace(head, residual_quantiles=by_output), held_out


@dataclass(frozen=True, slots=True)
class _QuantileTrees:
    """Trees of the residual of one output around its blended prediction."""

    head: Head
    output: str
    settings: BoostedTreesSettings

    def median(self, view: View) -> Floats:
        """Return the blended predictions of a view, ``[rows]``."""
        scores = view.scores_of(self.output)
        return self.head.values(self.output, scores, view.inputs)

    def fit(self, parts: Sequence[View]) -> BoostedTrees:
        """Fit the quantiles of the residuals of some rows."""
        tables, errors = [], []
        for part in parts:
            median = self.median(part)
            tables.append(self.head.residual_table(part.inputs, median))
            errors.append(part.target(self.output).values - median)
        return _fit_quantile_trees(tables, errors, self.settings)

    def predict(self, trees: BoostedTrees, view: View) -> Floats:
        """Return the residual quantiles of a view, ``[rows, 2]``."""
        table = self.head.residual_table(view.inputs, self.median(view))
        return trees.predict(table)


def _fit_quantile_trees(
    tables: Sequence[Floats],
    errors: Sequence[NDArray[np.float64]],
    settings: BoostedTreesSettings,
) -> BoostedTrees:
    """Fit ``QUANTILES`` of the error to the labelled rows of both contexts."""
    table = np.concatenate(tables)
    error = np.concatenate(errors)
    labelled = np.isfinite(error)

    settings = replace(
        settings,
        n_estimators=settings.quantile.n_estimators,
        num_leaves=settings.quantile.num_leaves,
    )
    objectives = [quantile(level) for level in QUANTILES]
    return fit_boosted_trees(
        table[labelled],
        error[labelled],
        objectives,
        settings,
    )
