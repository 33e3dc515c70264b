"""Weighs the members of a head on rows none of them has seen, which also calibrates the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, nnls

from common import calibration
from common.arrays import Floats, Ints
from common.nets.label_encoding import top_k

PRIOR_ROWS = 20
"""The blend of equal weights counts as much as this many rows: few labels, little adjustment."""

N_CALIBRATED = 5
"""Probabilities are calibrated on the candidates that may be shown: this many a row."""


@dataclass(frozen=True, slots=True)
class PoolWeights:
    """Weights of the members of one output, in their order.

    ``constant`` is added to values; ``beta`` calibrates the probabilities of classes.
    """

    weights: tuple[float, ...]
    constant: float = 0.0
    beta: calibration.Beta = calibration.IDENTITY


@dataclass(frozen=True, slots=True)
class Blend:
    """Pools for cold rows, on which hardly a field is confirmed, and pools for warm rows.

    There is one of either for each of the ``MODES`` a listing can be seen in, or only the first
    where no photos are read. Between them a row's ``completeness`` from 0 to 1 interpolates.
    """

    cold: tuple[PoolWeights, ...]
    warm: tuple[PoolWeights, ...]

    def at(self, seen: Ints, completeness: Floats) -> RowWeights:
        """Return each row's pool; ``seen`` are places in ``MODES``."""
        cold, warm = _arrays(self)
        found = (cold[seen] + completeness[:, None] * (warm - cold)[seen]).astype(np.float32)
        return RowWeights(found[:, 4:], found[:, 0], found[:, 1:4])


@dataclass(frozen=True, slots=True)
class RowWeights:
    """Each row's own: ``weights [rows, members]``, ``constants [rows]``, ``betas [rows, 3]``."""

    weights: Floats
    constants: Floats
    betas: Floats


def fit_class_weights(members: Sequence[Floats], classes: NDArray[np.float64]) -> PoolWeights:
    """Weigh scores ``[rows, known classes]`` of each member for the least log loss, and calibrate.

    The pool is log-linear, ``softmax(sum(weight * scores))`` (Genest and Zidek, 1986): its weights
    also are the inverse temperature (Guo et al., 2017). ``classes`` is NaN where there is no label
    and the number of known classes where the label is none of them.
    """
    count = members[0].shape[1]
    seen = classes < count
    place = np.where(seen, classes, 0).astype(np.int64)
    weights = _fit(members, seen, place)
    known = ~np.isnan(classes)
    probabilities = log_linear_pool(members, np.array(weights, np.float32))[known]
    places, stated = top_k(probabilities, min(N_CALIBRATED, count))
    beta = calibration.fit_beta(stated, places == classes[known, None])
    return PoolWeights(weights, beta=beta)


def fit_value_weights(
    members: Sequence[NDArray[np.float64]], truth: NDArray[np.float64]
) -> PoolWeights:
    """Weigh predictions ``[rows]`` for the least squared error; weights are not negative."""
    known = ~np.isnan(truth)
    even = np.array([*(1 / len(members) for _ in members), 0.0, 0.0])
    if not known.any():
        return PoolWeights(tuple(map(float, even[:-2])))
    columns = np.stack([*members, np.ones(len(truth)), -np.ones(len(truth))], axis=1)[known]
    pull = np.sqrt(PRIOR_ROWS) * np.eye(len(even)) * truth[known].std()
    found, _ = nnls(np.vstack([columns, pull]), np.concatenate([truth[known], pull @ even]))
    return PoolWeights(tuple(map(float, found[:-2])), constant=float(found[-2] - found[-1]))


def log_linear_pool(members: Sequence[Floats], weights: Floats) -> Floats:
    """Return probabilities ``[rows, classes]`` of the log-linear pool; each row sums to 1.

    ``weights`` are those of each row, ``[rows, members]``, or of all, ``[members]``.
    """
    shares = np.broadcast_to(weights, (len(members[0]), len(members)))
    total: Floats = shares[:, :1] * members[0]
    for number, scores in enumerate(members[1:], start=1):
        if shares[:, number].any():
            total += shares[:, number, None] * scores
    total -= total.max(axis=1, keepdims=True)
    np.exp(total, out=total)
    total /= total.sum(axis=1, keepdims=True)
    return total


def weighted_sum(members: Sequence[Floats], weights: Floats, constants: Floats) -> Floats:
    """Return the weighted sum of predicted values ``[rows]``, with ``weights [rows, members]``."""
    total: Floats = (np.stack(members, axis=1) * weights).sum(axis=1)
    return total + constants


@lru_cache(maxsize=64)
def _arrays(blend: Blend) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The numbers of its pools, ``[modes, numbers]``, cold and warm."""
    cold, warm = (np.array([_flat(pool) for pool in pools]) for pools in (blend.cold, blend.warm))
    return cold, warm


def _flat(pool: PoolWeights) -> tuple[float, ...]:
    return (pool.constant, *pool.beta, *pool.weights)


def _fit(members: Sequence[Floats], known: NDArray[np.bool_], place: Ints) -> tuple[float, ...]:
    start = np.full(len(members), 1 / len(members))
    if not known.any():
        return tuple(map(float, start))
    scores = np.stack([member[known] for member in members]).astype(np.float64)
    count, classes = scores.shape[1:]
    hits = scores[:, np.arange(count), place[known]]
    flat = scores.reshape(len(members), -1)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = (weights @ flat).reshape(count, classes)
        norm = total.max(axis=1)
        total -= norm[:, None]
        np.exp(total, out=total)
        sums = total.sum(axis=1)
        total /= sums[:, None]
        norm += np.log(sums)
        value = norm.sum() - (weights @ hits).sum() + PRIOR_ROWS * ((weights - start) ** 2).sum()
        slope = flat @ total.ravel() - hits.sum(axis=1) + 2 * PRIOR_ROWS * (weights - start)
        return float(value), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(members))
    return tuple(map(float, found.x))
