"""Blending of member scores, with weights and calibration fitted on validation rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from common import calibration
from common.arrays import Bools, Floats, Ints
from common.nets.label_encoding import top_k

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

PRIOR_ROWS = 10
"""Weight of the prior, equal weights, in rows: a few labels move weights only a little."""

N_CALIBRATED = 5
"""Number of candidates of each row that probabilities are calibrated on: those suggested."""


@dataclass(frozen=True, slots=True)
class PoolWeights:
    """Weights of the members of one output in one mode and context.

    Attributes:
        weights: One weight a member, in the order of their scores.
        constant: Added to the weighted sum of a value.
        beta: Calibration of the probabilities of classes.
    """

    weights: tuple[float, ...]
    constant: float = 0.0
    beta: calibration.Beta = calibration.IDENTITY


@dataclass(frozen=True)
class Blend:
    """Pool weights by mode, for early and for full context.

    There is one pool for each of ``MODES``, or only the first where no photos are read. Rows in
    between are blended by linear interpolation.
    """

    early: tuple[PoolWeights, ...]
    full: tuple[PoolWeights, ...]

    def row_weights(self, modes: Ints, completeness: Floats) -> RowWeights:
        """Return the weights of each row.

        Args:
            modes: Indices in ``MODES``, ``[rows]``.
            completeness: 0 in early, 1 in full context, ``[rows]``.
        """
        early, change = self._numbers
        interpolated = early[modes]
        # While a seller types the title, every row is in early context.
        if completeness.any():
            interpolated += completeness[:, None] * change[modes]
        numbers: Floats = interpolated.astype(np.float32)
        return RowWeights(
            weights=numbers[:, 4:],
            constants=numbers[:, 0],
            betas=numbers[:, 1:4],
        )

    @cached_property
    def _numbers(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The numbers of the pools ``[modes, 4 + members]`` in early context, and their change."""
        early = np.array([_numbers(pool) for pool in self.early])
        full = np.array([_numbers(pool) for pool in self.full])
        return early, full - early


@dataclass(frozen=True, slots=True)
class RowWeights:
    """Pool weights of each row: ``weights [rows, members]``, ``constants [rows]``, ``betas``.

    ``betas`` are ``[rows, 3]``.
    """

    weights: Floats
    constants: Floats
    betas: Floats


def fit_class_weights(
    members: Sequence[Floats], classes: NDArray[np.float64]
) -> PoolWeights:
    """Fit the weights of members with the least log loss, and calibrate the result.

    The pool is log-linear, ``softmax(sum(weight * scores))`` (Genest and Zidek, 1986), so its
    weights are an inverse temperature too (Guo et al., 2017).

    Args:
        members: Scores ``[rows, known classes]`` of each member.
        classes: Class numbers ``[rows]``, NaN without a label; the number of known classes for a
            label that is none of them.
    """
    n_classes = members[0].shape[1]
    is_known_class = classes < n_classes
    truth = np.where(is_known_class, classes, 0).astype(np.int64)
    weights = _least_log_loss(members, is_known_class, truth)

    # A label that is no known class is a miss of every candidate: it lowers stated probabilities.
    is_labelled = ~np.isnan(classes)
    pooled = log_linear_pool(members, np.array(weights, np.float32))
    n_calibrated = min(N_CALIBRATED, n_classes)
    candidates, stated = top_k(pooled[is_labelled], n_calibrated)

    hits = candidates == classes[is_labelled, None]
    beta = calibration.fit_beta(stated, hits)
    return PoolWeights(weights, beta=beta)


def min_log_loss(scores: Floats, classes: NDArray[np.float64]) -> float:
    """Return the mean log loss of one member's ``scores [rows, classes]``, at the best temperature.

    Rows whose class is none of the known ones are left out.
    """
    known = classes < scores.shape[1]
    if not known.any():
        return 0.0
    solution = _minimise(scores[None, known], classes[known].astype(np.int64))
    return float(solution.fun) / float(known.sum())


def fit_value_weights(
    members: Sequence[NDArray[np.float64]], truth: NDArray[np.float64]
) -> PoolWeights:
    """Fit non-negative weights and a constant with the least squared error.

    Args:
        members: Predictions ``[rows]`` of each member.
        truth: Values ``[rows]``, NaN without a label.
    """
    n_members = len(members)
    equal_weights = np.full(n_members, 1 / n_members)
    labelled = ~np.isnan(truth)
    if not labelled.any():
        return PoolWeights(tuple(map(float, equal_weights)))

    labelled_members = [member[labelled] for member in members]
    solution = _non_negative_ridge(
        labelled_members,
        truth[labelled],
        equal_weights,
    )
    weights = tuple(map(float, solution[:n_members]))
    constant = float(solution[-2] - solution[-1])
    return PoolWeights(weights, constant)


def _non_negative_ridge(
    members: Sequence[NDArray[np.float64]],
    truth: NDArray[np.float64],
    prior: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return non-negative weights near ``prior``, then a constant as its two signed parts."""
    # A server does not fit, and starts in half the time without this import.
    from scipy.optimize import nnls

    # nnls has no intercept: a column of ones and one of minus ones allow one of either sign.
    ones = np.ones(len(truth))
    columns = np.stack([*members, ones, -ones], axis=1)
    full_prior = np.append(prior, [0.0, 0.0])

    # Rows appended to the data pull the solution towards the prior, as in ridge regression.
    prior_rows = np.sqrt(PRIOR_ROWS) * np.eye(len(full_prior)) * truth.std()
    solution: NDArray[np.float64]
    solution, _ = nnls(
        np.vstack([columns, prior_rows]),
        np.concatenate([truth, prior_rows @ full_prior]),
    )
    return solution


def log_linear_pool(members: Sequence[Floats], weights: Floats) -> Floats:
    """Return probabilities ``[rows, classes]`` of the log-linear pool; each row sums to 1.

    ``weights`` are those of each row, ``[rows, members]``, or of all rows, ``[members]``.
    """
    row_weights = np.atleast_2d(weights)
    # Linear members weigh nothing in the other context.
    is_used: Bools = np.any(row_weights, axis=0)

    total: Floats = row_weights[:, :1] * members[0]
    for number, scores in enumerate(members[1:], start=1):
        if is_used[number]:
            total += row_weights[:, number, None] * scores

    # The softmax, with exponents of at most 0, so that none overflows.
    total -= total.max(axis=1, keepdims=True)
    np.exp(total, out=total)
    total /= total.sum(axis=1, keepdims=True)
    return total


def weighted_sum(
    members: Sequence[Floats], weights: Floats, constants: Floats
) -> Floats:
    """Return the weighted sum of predicted values ``[rows]``, with ``weights [rows, members]``."""
    values = np.stack(members, axis=1)
    total: Floats = (values * weights).sum(axis=1)
    return total + constants


def _numbers(pool: PoolWeights) -> tuple[float, ...]:
    return (pool.constant, *pool.beta, *pool.weights)


def _least_log_loss(
    members: Sequence[Floats], is_known_class: Bools, truth: Ints
) -> tuple[float, ...]:
    """Return the weights of the members with the least log loss on rows of known classes."""
    if not is_known_class.any():
        return (1 / len(members),) * len(members)

    known_scores = np.stack([member[is_known_class] for member in members])
    known_truth = truth[is_known_class]

    # The prior is the average of members that are equally confident, whatever their scale.
    scales = np.ones(len(members))
    if len(members) > 1:
        for index in range(len(members)):
            alone = known_scores[index : index + 1]
            scales[index] = _minimise(alone, known_truth).x[0]
        known_scores *= scales[:, None, None]
    weights = _minimise(known_scores, known_truth).x * scales
    return tuple(map(float, weights))


def _minimise(scores: NDArray[np.floating], truth: Ints) -> OptimizeResult:
    """Find the weights of ``scores [members, rows, classes]`` with the least log loss."""
    from scipy.optimize import minimize

    prior = np.full(len(scores), 1 / len(scores))
    return minimize(
        _pool_loss(scores.astype(np.float64), truth, prior),
        prior,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(scores),
    )


def _pool_loss(
    scores: NDArray[np.float64], truth: Ints, prior: NDArray[np.float64]
) -> _PoolLoss:
    """Return the loss of scores ``[members, rows, classes]``, with the true classes ``[rows]``."""
    n_members, n_rows, _ = scores.shape
    return _PoolLoss(
        flat_scores=scores.reshape(n_members, -1),
        true_scores=scores[:, np.arange(n_rows), truth],
        prior=prior,
    )


@dataclass(frozen=True, slots=True)
class _PoolLoss:
    """Log loss of a pool and its gradient by weight, with a quadratic penalty.

    Attributes:
        flat_scores: Scores of each member, ``[members, rows * classes]``.
        true_scores: Scores of the true classes, ``[members, rows]``.
        prior: Weights without a penalty, ``[members]``.
    """

    flat_scores: NDArray[np.float64]
    true_scores: NDArray[np.float64]
    prior: NDArray[np.float64]

    def __call__(
        self, weights: NDArray[np.float64]
    ) -> tuple[float, NDArray[np.float64]]:
        probabilities, log_normaliser = self._softmax(weights)
        shift = weights - self.prior

        log_likelihoods = weights @ self.true_scores
        log_loss = log_normaliser.sum() - log_likelihoods.sum()
        penalty = PRIOR_ROWS * (shift**2).sum()

        # By each weight: the expected less the true scores of its member.
        gradient = self.flat_scores @ probabilities.ravel()
        gradient -= self.true_scores.sum(axis=1)
        gradient += 2 * PRIOR_ROWS * shift
        return float(log_loss + penalty), gradient

    def _softmax(
        self, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return probabilities ``[rows, classes]`` and the logarithms of their normalisers."""
        n_rows = self.true_scores.shape[1]
        total = (weights @ self.flat_scores).reshape(n_rows, -1)

        # In place: for many classes this is by far the largest array of the fit.
        maximum = total.max(axis=1)
        total -= maximum[:, None]
        np.exp(total, out=total)
        sums = total.sum(axis=1)
        total /= sums[:, None]
        return total, maximum + np.log(sums)
