"""Weighs the members of a head on rows none of them has seen, which also calibrates the result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, nnls
from scipy.special import logsumexp

from common.arrays import Floats

Weights = tuple[float, ...]

PRIOR_ROWS = 50
"""The blend of equal weights counts as much as this many rows: few labels, little adjustment."""


def fit_classes(members: Sequence[Floats], classes: NDArray[np.float64]) -> Weights:
    """Weigh scores ``[rows, classes]`` of each member for the least log loss.

    The pool is log-linear, ``softmax(sum(weight * scores))`` (Genest and Zidek, 1986): its weights
    also are the inverse temperature (Guo et al., 2017). Rows with class NaN are left out; without
    any labelled row the members are averaged.
    """
    low = np.nan_to_num(classes).astype(np.int64)
    return _fit(members, ~np.isnan(classes), [(low, np.ones(len(classes)))])


def fit_bins(members: Sequence[Floats], positions: NDArray[np.float64]) -> Weights:
    """Weigh scores of ordered bins as ``fit_classes`` does, a position shared by its two bins."""
    last = members[0].shape[1] - 1
    known = np.clip(np.nan_to_num(positions), 0, last)
    low = np.minimum(known.astype(np.int64), last - 1)
    parts = [(low, 1 - (known - low)), (low + 1, known - low)]
    return _fit(members, ~np.isnan(positions), parts)


def fit_values(members: Sequence[NDArray[np.float64]], truth: NDArray[np.float64]) -> Weights:
    """Weigh predictions ``[rows]`` for the least squared error; weights are not negative.

    The last of the returned weights is a constant to add.
    """
    known = ~np.isnan(truth)
    even = (*(1 / len(members) for _ in members), 0.0)
    if not known.any():
        return even
    columns = np.stack([*members, np.ones(len(truth)), -np.ones(len(truth))], axis=1)[known]
    pull = np.sqrt(PRIOR_ROWS) * np.eye(columns.shape[1]) * truth[known].std()
    wanted = np.array([*even, 0.0]) @ pull
    found, _ = nnls(np.vstack([columns, pull]), np.concatenate([truth[known], wanted]))
    return (*map(float, found[:-2]), float(found[-2] - found[-1]))


def pool(members: Sequence[Floats], weights: Weights) -> Floats:
    """Return probabilities ``[rows, classes]`` of the log-linear pool."""
    total = sum(
        (np.float32(weight) * scores for weight, scores in zip(weights, members, strict=True)),
        start=np.float32(0),
    )
    exponents = np.exp(total - total.max(axis=1, keepdims=True))
    probabilities: Floats = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities


def _fit(
    members: Sequence[Floats],
    known: NDArray[np.bool_],
    parts: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> Weights:
    start = np.full(len(members), 1 / len(members))
    if not known.any():
        return tuple(map(float, start))
    scores = np.stack([member[known] for member in members]).astype(np.float64)
    rows = np.arange(scores.shape[1])
    hits = sum(scores[:, rows, index[known]] * share[known] for index, share in parts)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = np.einsum("m,mrc->rc", weights, scores)
        norm = logsumexp(total, axis=1)
        expected = np.einsum("rc,mrc->m", np.exp(total - norm[:, None]), scores)
        value = norm.sum() - (weights @ hits).sum() + PRIOR_ROWS * ((weights - start) ** 2).sum()
        slope = expected - hits.sum(axis=1) + 2 * PRIOR_ROWS * (weights - start)
        return float(value), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(members))
    return tuple(map(float, found.x))
