"""How much smaller the residuals of the stored head are than those of held-out rows.

Held-out rows are scored by members and trees that were trained on four of five folds, and those
that are stored are trained on all. Residuals shrink with a power of the number of training rows
(Cortes et al., Learning Curves: Asymptotic Values and Rate of Convergence, 1993), so their change
from three folds to four says how they change from four to five.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Ints
from models.ensemble.head import Head
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.training.cross_fitting import N_FOLDS
from models.ensemble.training.fit_head import FittedHead
from models.ensemble.training.held_out import group_folds
from models.ensemble.training.residuals import HeldOutQuantiles, residual_trees
from models.ensemble.training.stacking import stacked_trees
from models.price.intervals import (
    OUTPUT,
    ResidualInterval,
    labelled_residuals,
    predict_interval,
)

HELD_OUT_SHARE = 1 - 1 / N_FOLDS
"""Share of all rows that those members were trained on which scored held-out rows."""

MIN_SCALE = 0.9
"""Minimum ratio: on few rows chance may show a change that a fifth of the rows never brings."""


def fit_residual_scales(
    fitted: FittedHead,
    held_out: Sequence[HeldOutQuantiles],
    settings: BoostedTreesSettings,
    n_rows: int,
) -> dict[bool, float]:
    """Return the ratio of the stored head's residuals, in half widths, to the held-out ones.

    It is 1 where members are not cross-fitted.

    Args:
        fitted: The head, with the rows that it was fitted on.
        held_out: Held-out residual quantiles of its views.
        settings: Size of the trees.
        n_rows: Number of rows that the stored members were trained on.

    Returns:
        The ratios of early context, ``False``, and of full context, ``True``.
    """
    left_out = _two_folds(fitted.training[0].groups, settings.seed)
    share = 1 - len(left_out) / n_rows
    scales = {False: 1.0, True: 1.0}
    if share >= HELD_OUT_SHARE:
        return scales

    smaller = _train_without(fitted, left_out, settings, n_rows)
    power = math.log(1 / HELD_OUT_SHARE) / math.log(HELD_OUT_SHARE / share)
    for part in held_out:
        if any(part.view is view for view in fitted.training):
            view = part.view.take(left_out)
            by_held_out = ResidualInterval(
                part.median[left_out],
                part.quantiles[left_out],
                np.ones(len(left_out), np.float32),
            )
            by_smaller = predict_interval(smaller, view.inputs, view.listings, {})
            truth = view.target(OUTPUT).values
            size = _mean_size(truth, by_smaller)
            ratio = _mean_size(truth, by_held_out) / size if size else 1.0
            scales[part.view.is_full] = min(max(ratio**power, MIN_SCALE), 1.0)
    return scales


def _two_folds(groups: Ints, seed: int) -> Ints:
    """Return the positions of the rows of two folds."""
    (_, first), (_, second), *_ = group_folds(groups, N_FOLDS, seed)
    return np.concatenate([first, second])


def _train_without(
    fitted: FittedHead, left_out: Ints, settings: BoostedTreesSettings, n_rows: int
) -> Head:
    """Return the head with members and trees that have not seen some rows; its blend stays."""
    early = fitted.training[0]
    rows = np.setdiff1d(np.arange(n_rows), early.rows[left_out])
    trained = fitted.train_on(rows)
    members = {
        name: trained.get(name, member) for name, member in fitted.head.members.items()
    }

    kept = np.setdiff1d(np.arange(len(early.rows)), left_out)
    views = [view.take(kept) for view in fitted.training]
    stacked = stacked_trees(fitted.head, early.target(OUTPUT), settings).fit(views)
    quantiles = residual_trees(fitted.head, OUTPUT, settings).fit(views)
    return replace(
        fitted.head,
        members=members,
        stacking={OUTPUT: stacked},
        residual_quantiles={OUTPUT: quantiles},
    )


def _mean_size(truth: NDArray[np.float64], interval: ResidualInterval) -> float:
    """Return the mean absolute residual of labelled rows in half widths; 0 without any."""
    residuals, below, above = labelled_residuals(truth, interval)
    sizes = np.where(residuals < 0, -residuals / below, residuals / above)
    return float(sizes.mean()) if len(sizes) else 0.0
