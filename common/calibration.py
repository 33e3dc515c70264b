"""Calibration of probabilities and of intervals, on rows that no model was fitted on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from common import kernels
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
    # A server does not fit, and starts in half the time without this import.
    from scipy.optimize import minimize

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

        calibrated = _expits(log_odds)
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
    calibrated: NDArray[_Float] = _expits(log_odds)
    return calibrated


def state_probabilities(probabilities: Sequence[float], beta: Beta) -> list[float]:
    """Return the calibrated probabilities of a few candidates; they sum to at most 1.

    As ``apply_beta``, in plain Python: a handful of numbers costs less than one array operation.
    """
    if kernels.native:
        return finish_probabilities(kernels.native.calibrate(probabilities, *beta))

    calibrated = []
    for probability in probabilities:
        bounded = min(max(probability, _MIN_PROBABILITY), 1 - _MIN_PROBABILITY)
        log_odds = beta[0] * math.log(bounded) - beta[1] * math.log1p(-bounded)
        calibrated.append(_expit(log_odds + beta[2]))
    # Calibration looks at one candidate at a time, so their sum may come out above 1.
    return finish_probabilities(calibrated)


def finish_probabilities(values: Sequence[float]) -> list[float]:
    """Return the probabilities of a ranking as they are stated: they sum to at most 1.

    Every ranking that leaves a model goes through here. Each is within 0 to 1, and added up in
    their order they are at most 1. What is legal already stays as it is.
    """
    if min(values, default=0.0) >= 0 and sum(values) <= 1:
        return list(values)

    bounded = [min(max(value, 0.0), 1.0) for value in values]
    total = max(sum(bounded), 1.0)
    probabilities = [value / total for value in bounded]

    # Quotients are rounded: the largest gives way by its last bit until the sum is legal.
    while sum(probabilities) > 1:
        largest = probabilities.index(max(probabilities))
        probabilities[largest] = math.nextafter(probabilities[largest], 0)
    return probabilities


def _expits(log_odds: NDArray[Any]) -> NDArray[Any]:
    """Return the probabilities of log odds, of the same shape."""
    from scipy.special import expit

    probabilities: NDArray[Any] = expit(log_odds)
    return probabilities


def _expit(log_odds: float) -> float:
    """Return the probability of log odds; no exponent is large enough to overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


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
