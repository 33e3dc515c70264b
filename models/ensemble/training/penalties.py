"""The penalty of a linear member, chosen on rows that it was not fitted to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats, Ints
from common.nets.inputs import Inputs
from common.nets.targets import Target
from models.ensemble.blend import min_log_loss
from models.ensemble.training.held_out import group_folds

N_FOLDS = 5
"""Number of folds, of which the first is scored."""


def choose_penalty(
    candidates: Sequence[float],
    score: Callable[[Inputs, Target, Inputs, float], Floats],
    inputs: Inputs,
    target: Target,
    groups: Ints,
) -> float:
    """Return the candidate of the least loss on held-out rows.

    Args:
        candidates: Penalties, from which the middle one is taken where there is no row to choose
            by.
        score: Fits on inputs and target, and returns the scores of other inputs, for a penalty.
        inputs: The rows.
        target: Their labels.
        groups: Their groups, ``[rows]``: rows of one are on one side.
    """
    middle = candidates[len(candidates) // 2]
    rows = np.flatnonzero(target.has_label)
    if len(candidates) == 1 or not len(rows):
        return middle

    train, test = next(group_folds(groups[rows], N_FOLDS, seed=0))
    if not len(train) or not len(test):
        return middle
    fitted_on, scored = rows[train], rows[test]
    scored_inputs, truth = inputs.take(scored), target.take(scored)

    losses = []
    for candidate in candidates:
        scores = score(
            inputs.take(fitted_on), target.take(fitted_on), scored_inputs, candidate
        )
        losses.append(_loss(scores, truth.values, target.kind))
    return candidates[int(np.argmin(losses))]


def _loss(scores: Floats, truth: NDArray[np.float64], kind: str) -> float:
    """Return the mean squared error of a value, or the log loss at the best temperature."""
    if kind == "value":
        return float(((scores[:, 0] - truth) ** 2).mean())
    return min_log_loss(scores, truth)
