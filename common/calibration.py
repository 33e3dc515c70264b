"""Calibration of probabilities and of intervals, on rows that no model was fitted on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from common.arrays import Floats

Beta = tuple[float, float, float]
"""Slope over ``log p``, slope over ``-log(1 - p)``, and offset of calibrated log odds."""

IDENTITY: Beta = (1.0, 1.0, 0.0)
"""The calibration that leaves probabilities as they are."""

_PRIOR_STRENGTH = 5.0
_MIN_PROBABILITY = 1e-6

_Float = TypeVar("_Float", bound=np.floating[Any])


def fit_beta(probabilities: NDArray[_Float], hits: NDArray[np.bool_]) -> Beta:
    """Fit a monotone map from stated probabilities to observed frequencies.

    Beta calibration: ``log odds = a log p - b log(1 - p) + c`` with ``a, b >= 0`` (Kull, Silva
    Filho and Flach, 2017), regularised towards ``IDENTITY``.
    """
    log_p, minus_log_rest = _logs(probabilities.astype(np.float64))
    loss = _BetaLoss(log_p, minus_log_rest, hits.astype(np.float64))

    # Slopes above 0 keep the order of probabilities.
    solution = minimize(
        loss,
        np.array(IDENTITY),
        jac=True,
        method="L-BFGS-B",
        bounds=[(1e-3, None), (1e-3, None), (None, None)],
    )
    a, b, c = solution.x
    return float(a), float(b), float(c)


@dataclass(frozen=True, slots=True)
class _BetaLoss:
    """Penalised cross entropy of a beta calibration, and its gradient.

    Attributes:
        log_p: Logarithms of the stated probabilities.
        minus_log_rest: ``-log(1 - p)`` of them.
        hits: 1 where the stated event happened.
    """

    log_p: NDArray[np.float64]
    minus_log_rest: NDArray[np.float64]
    hits: NDArray[np.float64]

    def __call__(self, beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        a, b, c = beta
        log_odds = a * self.log_p + b * self.minus_log_rest + c

        # In this form the cross entropy does not overflow, however large the log odds are.
        normaliser = np.logaddexp(0, log_odds)
        cross_entropy = normaliser - self.hits * log_odds

        shift = beta - IDENTITY
        penalty = _PRIOR_STRENGTH * (shift**2).sum()
        value = cross_entropy.sum() + penalty

        calibrated = expit(log_odds)
        error = calibrated - self.hits
        gradient = self._gradient(error)
        gradient += 2 * _PRIOR_STRENGTH * shift
        return float(value), gradient

    def _gradient(self, error: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gradient of the cross entropy by ``a``, ``b`` and ``c``."""
        by_a = (error * self.log_p).sum()
        by_b = (error * self.minus_log_rest).sum()
        return np.array([by_a, by_b, error.sum()])


def apply_beta(probabilities: NDArray[_Float], beta: Floats | Beta) -> NDArray[_Float]:
    """Return calibrated probabilities of the same shape; their order does not change."""
    log_p, minus_log_rest = _logs(probabilities)

    # A fitted beta has 64 bits; probabilities stay in 32.
    a, b, c = (np.float32(number) for number in beta)
    log_odds = a * log_p + b * minus_log_rest + c
    calibrated: NDArray[_Float] = expit(log_odds)
    return calibrated


def finish_probabilities(values: NDArray[_Float]) -> NDArray[np.float64]:
    """Return probabilities ``[rows, values]`` as they are stated: of a row, they sum to at most 1.

    Every ranking that leaves a model goes through here. Sums in 32 bits come out above 1 by
    their rounding; here each is within 0 to 1, and added up in 64 bits, in their order, they are at
    most 1. What is legal already stays as it is.
    """
    probabilities = np.clip(values.astype(np.float64), 0, 1)
    if not probabilities.size:
        return probabilities
    sums = _running_sum(probabilities)
    probabilities /= np.maximum(sums, 1)[:, None]

    # Quotients are rounded too: the largest gives way by its last bit until the sum is legal.
    while (too_high := np.flatnonzero(_running_sum(probabilities) > 1)).size:
        largest = probabilities[too_high].argmax(axis=1)
        highest = probabilities[too_high, largest]
        probabilities[too_high, largest] = np.nextafter(highest, 0)
    return probabilities


def _running_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of each row, added from the left as a reader does; numpy adds in pairs."""
    sums: NDArray[np.float64] = np.cumsum(values, axis=1)[:, -1]
    return sums


def conformal_shift(
    truth: NDArray[np.float64], predicted: NDArray[np.float64], level: float
) -> float:
    """Return by how much to move a predicted quantile for a share ``level`` of truths below it.

    Split conformal prediction on the residuals ``truth - predicted``, one quantile at a time
    (Romano, Patterson and Candes, Conformalized Quantile Regression, 2019), with the correction
    for a finite sample taken outwards: up above the median, down below it. Without rows it is 0.
    """
    residuals = np.sort(truth - predicted)
    count = len(residuals)
    if not count:
        return 0.0

    if level >= 0.5:
        rank = min(math.ceil((count + 1) * level), count)
    else:
        rank = max(math.floor((count + 1) * level), 1)
    return float(residuals[rank - 1])


def _logs(p: NDArray[_Float]) -> tuple[NDArray[_Float], NDArray[_Float]]:
    """Return ``log p`` and ``-log(1 - p)``, both finite."""
    lowest = p.dtype.type(_MIN_PROBABILITY)
    highest = p.dtype.type(1 - _MIN_PROBABILITY)
    bounded = np.clip(p, lowest, highest)

    log_p = np.log(bounded)
    minus_log_rest = -np.log1p(-bounded)
    return log_p, minus_log_rest
