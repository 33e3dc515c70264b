"""Makes stated probabilities and intervals come true, on rows that no model was fitted on."""

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

_PRIOR = 5.0
_TINY = 1e-6


def fit_beta(probabilities: Floats, hits: NDArray[np.bool_]) -> Beta:
    """Fit a monotone map from stated probabilities to how often they come true.

    Beta calibration: ``log odds = a log p - b log(1 - p) + c`` with ``a, b >= 0`` (Kull, Silva
    Filho and Flach, 2017), drawn a little towards leaving probabilities as they are.
    """
    high, low = _logs(probabilities.astype(np.float64))
    hit = hits.astype(np.float64)

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = beta[0] * high + beta[1] * low + beta[2]
        pull = beta - IDENTITY
        value = (np.logaddexp(0, odds) - hit * odds).sum() + _PRIOR * (pull**2).sum()
        error = expit(odds) - hit
        slope = np.array([(error * high).sum(), (error * low).sum(), error.sum()])
        return float(value), slope + 2 * _PRIOR * pull

    bounds = [(1e-3, None), (1e-3, None), (None, None)]
    a, b, c = minimize(loss, np.array(IDENTITY), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(a), float(b), float(c)


def apply_beta(probabilities: Floats, beta: Floats | Beta) -> Floats:
    """Return calibrated probabilities of the same shape; their order does not change."""
    high, low = _logs(probabilities)
    odds = np.float32(beta[0]) * high + np.float32(beta[1]) * low + np.float32(beta[2])
    calibrated: Floats = expit(odds)
    return calibrated


def conformal_shift(
    truth: NDArray[np.float64], predicted: NDArray[np.float64], level: float
) -> float:
    """How far to move a predicted quantile so that a share ``level`` of truths lies below it.

    Split conformal prediction on the residuals ``truth - predicted``, one quantile at a time
    (Romano, Patterson and Candes, Conformalized Quantile Regression, 2019), with the correction
    for a finite sample taken outwards: up above the median, down below it.
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
    bounded = np.clip(p, p.dtype.type(_TINY), p.dtype.type(1 - _TINY))
    return np.log(bounded), -np.log1p(-bounded)
