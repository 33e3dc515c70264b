"""Residual quantiles of a value: how far the truth may lie from the blended prediction.

Boosted trees learn ``QUANTILES`` of the held-out residual from the prediction and all columns of
the stacked trees, in early and in full context together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from common.arrays import Floats
from models.ensemble.head import Head
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.training.boosted_trees import fit_quantile_trees
from models.ensemble.training.fit_head import FittedHead
from models.ensemble.training.held_out import View
from models.ensemble.training.stacking import Trees


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

    trees = residual_trees(head, output, settings)
    quantiles = trees.cross_predict(fitted.training, fitted.views, settings.seed + 1)
    held_out = [
        HeldOutQuantiles(view, _median(head, output, view), values)
        for view, values in zip(fitted.views, quantiles, strict=True)
    ]
    fitted_trees = {output: trees.fit(fitted.training)}
    return replace(head, residual_quantiles=fitted_trees), held_out


def residual_trees(head: Head, output: str, settings: BoostedTreesSettings) -> Trees:
    """Return the trees over held-out residuals of one output, still to be fitted."""
    return Trees(
        lambda view: head.residual_table(view.inputs, _median(head, output, view)),
        lambda view: view.target(output).values - _median(head, output, view),
        partial(fit_quantile_trees, settings=settings),
    )


def _median(head: Head, output: str, view: View) -> Floats:
    """Return the blended held-out predictions of a view, ``[rows]``."""
    return head.values(output, view.scores_of(output), view.inputs)
