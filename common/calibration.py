"""Calibration of probabilities and of intervals, on rows that no model was fitted on."""

from __future__ import annotations

import math

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
_SMALLEST = 1e-6


def fit_beta(probabilities: Floats, hits: NDArray[np.bool_]) -> Beta:
    """Fit a monotone map from stated probabilities to observed frequencies.

    Beta calibration: ``log odds = a log p - b log(1 - p) + c`` with ``a, b >= 0`` (Kull, Silva
    Filho and Flach, 2017), regularised towards ``IDENTITY``.
    """
    log_p, minus_log_rest = _logs(probabilities.astype(np.float64))
    hit = hits.astype(np.float64)

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = beta[0] * log_p + beta[1] * minus_log_rest + beta[2]
        shift = beta - IDENTITY
        cross_entropy = (np.logaddexp(0, log_odds) - hit * log_odds).sum()
        value = cross_entropy + _PRIOR_STRENGTH * (shift**2).sum()

        error = expit(log_odds) - hit
        gradient = np.array(
            [
                (error * log_p).sum(),
                (error * minus_log_rest).sum(),
                error.sum(),
            ]
        )
        return float(value), gradient + 2 * _PRIOR_STRENGTH * shift

    # Slopes above 0 keep the order of probabilities.
    bounds = [(1e-3, None), (1e-3, None), (None, None)]
    a, b, c = minimize(loss, np.array(IDENTITY), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(a), float(b), float(c)


def apply_beta(probabilities: Floats, beta: Floats | Beta) -> Floats:
    """Return calibrated probabilities of the same shape; their order does not change."""
    log_p, minus_log_rest = _logs(probabilities)
    a, b, c = np.float32(beta[0]), np.float32(beta[1]), np.float32(beta[2])
    calibrated: Floats = expit(a * log_p + b * minus_log_rest + c)
    return calibrated


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


def _logs(p: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return ``log p`` and ``-log(1 - p)``, both finite."""
    bounded = np.clip(p, p.dtype.type(_SMALLEST), p.dtype.type(1 - _SMALLEST))
    return np.log(bounded), -np.log1p(-bounded)
