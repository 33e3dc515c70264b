"""Residual quantiles of a value: how far the truth may lie from the blended prediction.

Everything is fitted to out-of-fold residuals, in early and in full context. A ridge regression
learns the logarithm of the absolute residual, then boosted trees learn ``QUANTILES`` of the
residual from that scale and all columns of the stacked trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.nets.inputs import EARLY_SLOTS, Inputs
from common.nets.net import Net
from common.nets.targets import Target
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX, RESIDUAL_SCALE, Head
from models.ensemble.settings import BoostedTreesSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec
from models.ensemble.stack_features import QUANTILES
from models.ensemble.training.boosted_trees import fit_boosted_trees, quantile
from models.ensemble.training.fit_head import FittedHead
from models.ensemble.training.linear import train_linear
from models.ensemble.training.out_of_fold import OutOfFold, group_folds
from models.ensemble.training.stacking import N_FOLDS, stacked_out_of_fold_scores

MIN_ERROR = 0.1
"""Added to absolute errors before their logarithm, in standard deviations of the value."""

RIDGE_FACTOR = 2.5
"""Ridge penalty of the residual scale, relative to that of values: errors are noisier."""


@dataclass(frozen=True, slots=True)
class Residuals:
    """Out-of-fold residuals of a value in one context.

    Attributes:
        view: The rows.
        median: Blended predictions, ``[rows]``.
        error: Truth less median, ``[rows]``; NaN without a label.
        scale: Predicted logarithms of the absolute error, ``[rows]``.
    """

    view: OutOfFold
    median: Floats
    error: NDArray[np.float64]
    scale: Floats


@dataclass(frozen=True, slots=True)
class OutOfFoldQuantiles:
    """Out-of-fold ``quantiles [rows, 2]`` of the residual around the ``median [rows]``."""

    view: OutOfFold
    median: Floats
    quantiles: Floats


def fit_residual_quantiles(
    spec: EnsembleSpec, fitted: FittedHead, output: str
) -> tuple[Head, list[OutOfFoldQuantiles]]:
    """Return the head with residual quantiles of an output, and those of the out-of-fold rows.

    The out-of-fold quantiles come in early and in full context.

    Raises:
        ValueError: The specification has no linear members or no trees.
    """
    if spec.trees is None or spec.linear is None or not fitted.out_of_fold:
        raise ValueError("residual quantiles need linear members and boosted trees")

    linear = replace(spec.linear, alpha=RIDGE_FACTOR * spec.linear.alpha)
    head, residuals = _fit_scales(
        fitted,
        output,
        linear,
        spec.trees,
    )
    tables = [_table(head, part) for part in residuals]
    errors = [part.error for part in residuals]

    trees = _fit_quantile_trees(tables, errors, spec.trees)
    quantiles = _out_of_fold_quantiles(tables, residuals, spec.trees)
    head = replace(head, residual_quantiles={output: trees})
    return head, _around_medians(residuals, quantiles)


def _around_medians(
    residuals: Sequence[Residuals], quantiles: Sequence[Floats]
) -> list[OutOfFoldQuantiles]:
    """Put the quantiles of each view beside its medians."""
    views = []
    for part, predicted in zip(residuals, quantiles, strict=True):
        views.append(OutOfFoldQuantiles(part.view, part.median, predicted))
    return views


def _table(head: Head, part: Residuals) -> Floats:
    """Return what the quantile trees read of the rows, ``[rows, columns]``."""
    inputs = part.view.inputs
    return head.residual_table(inputs, part.median, part.scale)


def _fit_scales(
    fitted: FittedHead,
    output: str,
    linear: LinearSettings,
    settings: BoostedTreesSettings,
) -> tuple[Head, list[Residuals]]:
    """Return the head with members of the residual scale, and the out-of-fold residuals."""
    head = fitted.head
    views = stacked_out_of_fold_scores(
        fitted.out_of_fold,
        output,
        head,
        settings,
    )

    members = dict(head.members)
    residuals = []
    for view, scores in views:
        median = head.values(output, scores, view.inputs)
        error = view.target(output).values - median
        net, scale = _fit_scale(view, error, linear, settings.seed + 1)
        members[_scale_member(view)] = net
        residuals.append(Residuals(view, median, error, scale))
    return replace(head, members=members), residuals


def _scale_member(view: OutOfFold) -> str:
    prefix = FULL_PREFIX if view.is_full else EARLY_PREFIX
    return prefix + RESIDUAL_SCALE


def _fit_scale(
    view: OutOfFold, error: NDArray[np.float64], settings: LinearSettings, seed: int
) -> tuple[Net, Floats]:
    """Fit the logarithm of the absolute error; return the net, and its out-of-fold scores."""
    log_error = np.log(np.abs(error) + MIN_ERROR)
    target = Target(RESIDUAL_SCALE, "value", 1, log_error)
    scale = _out_of_fold_scale(view, target, settings, seed)
    net = _train_ridge(
        view.inputs,
        target,
        settings,
        view.is_full,
    )
    return net, scale


def _out_of_fold_scale(
    view: OutOfFold, target: Target, settings: LinearSettings, seed: int
) -> Floats:
    """Return the residual scale ``[rows]`` by ridge regressions fitted without the row."""
    scale = np.zeros(len(view.inputs), np.float32)
    for train_rows, scored_rows in group_folds(view.groups, N_FOLDS, seed):
        net = _train_ridge(
            view.inputs.take(train_rows),
            target.take(train_rows),
            settings,
            view.is_full,
        )
        scores = net.forward(view.inputs.take(scored_rows))
        scale[scored_rows] = scores[RESIDUAL_SCALE][:, 0]
    return scale


def _train_ridge(
    inputs: Inputs, target: Target, settings: LinearSettings, is_full: bool
) -> Net:
    """Train over all fields in full context, over early fields in early context."""
    slots = EARLY_SLOTS | is_full
    net = train_linear(inputs, target, settings, slots)
    return net.as_stored()


def _out_of_fold_quantiles(
    tables: Sequence[Floats],
    residuals: Sequence[Residuals],
    settings: BoostedTreesSettings,
) -> list[Floats]:
    """Return the residual quantiles ``[rows, 2]`` of each view, by trees fitted without the row."""
    # The views have the same rows, so that one division into folds is that of all.
    groups = residuals[0].view.groups
    shape = (len(groups), len(QUANTILES))
    quantiles = [np.zeros(shape, np.float32) for _ in tables]

    for train_rows, scored_rows in group_folds(groups, N_FOLDS, settings.seed + 2):
        train_tables = [table[train_rows] for table in tables]
        train_errors = [part.error[train_rows] for part in residuals]
        trees = _fit_quantile_trees(train_tables, train_errors, settings)
        for table, predicted in zip(tables, quantiles, strict=True):
            predicted[scored_rows] = trees.predict(table[scored_rows])
    return quantiles


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
