"""From a head's scores to an estimate of the price; the same for training and serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.calibration import conformal_shift
from common.heads.head import SPREAD, Head
from common.heads.net import Inputs
from models.price.config import LEVELS

LEAST = 0.05
"""Quantiles that trees state are at least so far from the middle, in deviations of the log."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The middle ``[rows]`` and the ends of an interval around it ``[rows, 2]``, as the trees have
    it, in standard deviations of ``log1p`` of the training prices from their mean.
    """

    middle: Floats
    ends: Floats


def estimate(head: Head, inputs: Inputs) -> Estimate:
    """Blend the members to a middle, and ask the trees how far off it may be."""
    scores = head.scores(inputs)
    middle = head.add("log_price", scores["log_price"], inputs)
    return Estimate(middle, head.ends("log_price", inputs, middle, scores[SPREAD]))


def distances(found: Estimate) -> tuple[Floats, Floats]:
    """How far below and above the middle the ends are, ``[rows]`` each."""
    below, above = np.maximum(found.ends * np.array([-1, 1], np.float32), np.float32(LEAST)).T
    return below, above


def quantiles(head: Head, inputs: Inputs) -> NDArray[np.float64]:
    """State quantiles of ``log1p(price)`` in increasing order, ``[rows, LEVELS]``.

    Each lies so many of the trees' distances from the middle as made it come true on rows that
    nothing was fitted to, cold and warm, in each of the ``MODES``.
    """
    found, facts = estimate(head, inputs), head.facts
    below, above = distances(found)
    seen, warmth = inputs.seen(), head.warmth(inputs)[:, None]
    cold, warm = np.moveaxis(np.array(facts["reaches"], np.float64)[seen], 1, 0)
    reach = cold + warmth * (warm - cold)
    side = np.where(np.array(LEVELS) < 0.5, below[:, None], above[:, None])
    placed = found.middle[:, None] + reach * side
    return np.sort(placed * facts["deviation"] + facts["mean"], axis=1)


def fit_reaches(
    truth: NDArray[np.float64], found: Estimate, levels: Sequence[float] = LEVELS
) -> list[float]:
    """How many distances from the middle each quantile must lie to come true.

    Split conformal prediction on scaled residuals, one quantile at a time (Romano, Patterson and
    Candes, Conformalized Quantile Regression, 2019). The middle stays where it is.
    """
    known = np.isfinite(truth)
    below, above = (each[known] for each in distances(found))
    residuals = truth[known] - found.middle[known]
    zero = np.zeros(len(residuals))
    return [
        0.0
        if level == 0.5
        else conformal_shift(residuals / (below if level < 0.5 else above), zero, level)
        for level in levels
    ]


def fit_width(
    truth: NDArray[np.float64], found: Estimate, reaches: Sequence[float], share: float = 0.8
) -> float:
    """By how much reaches must be multiplied for a share of the truths to lie within the interval.

    Conformal prediction on the larger of the errors on either side (Romano et al., 2019).
    """
    known = np.isfinite(truth)
    below, above = (each[known] for each in distances(found))
    residuals = truth[known] - found.middle[known]
    low, high = (reaches[LEVELS.index(level)] for level in (0.1, 0.9))
    needed = np.maximum(residuals / (low * below), residuals / (high * above))
    wide = conformal_shift(needed, np.zeros(len(needed)), share)
    return wide if wide > 0 else 1.0
