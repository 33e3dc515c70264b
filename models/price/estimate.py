"""From a head's scores to an estimate of the price; the same for training and serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.calibration import conformal_shift
from common.listing import Listing, top_category
from common.nets.inputs import Inputs
from models.ensemble.head import RESIDUAL_SCALE, Head
from models.price.config import LEVELS

MIN_HALF_WIDTH = 0.05
"""Quantiles that trees state are at least so far from the middle, in deviations of the log."""

FEW, PRIOR = 20, 50
"""Rows that a top category must have for a width of its own, and how many like all others are
added to them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The middle ``[rows]`` and the ends of an interval around it ``[rows, 2]``, as the trees have
    it, in standard deviations of ``log1p`` of the training prices from their mean; ``widths
    [rows]`` multiplies how far from it they are.
    """

    middle: Floats
    ends: Floats
    widths: Floats


def estimate(head: Head, inputs: Inputs, listings: Sequence[Listing]) -> Estimate:
    """Blend the members to a middle, and ask the trees how far off it may be.

    ``inputs`` are those of the listings.
    """
    scores = head.scores(inputs)
    middle = head.add("log_price", scores["log_price"], inputs)
    ends = head.ends("log_price", inputs, middle, scores[RESIDUAL_SCALE])
    known = head.facts["widths"]
    widths = np.array([known.get(top_category(each), 1.0) for each in listings], np.float32)
    return Estimate(middle, ends, widths)


def half_widths(found: Estimate) -> tuple[Floats, Floats]:
    """How far below and above the middle the ends are, ``[rows]`` each."""
    far = np.maximum(found.ends * np.array([-1, 1], np.float32), np.float32(MIN_HALF_WIDTH))
    below, above = (far * found.widths[:, None]).T
    return below, above


def quantiles(head: Head, inputs: Inputs, listings: Sequence[Listing]) -> NDArray[np.float64]:
    """State quantiles of ``log1p(price)`` in increasing order, ``[rows, LEVELS]``.

    Each lies so many of the trees' distances from the middle as made it come true on rows that
    nothing was fitted to, cold and warm, in each of the ``MODES``.
    """
    found, facts = estimate(head, inputs, listings), head.facts
    below, above = half_widths(found)
    seen, completeness = inputs.modes(), head.completeness(inputs)[:, None]
    cold, warm = np.moveaxis(np.array(facts["reaches"], np.float64)[seen], 1, 0)
    reach = cold + completeness * (warm - cold)
    side = np.where(np.array(LEVELS) < 0.5, below[:, None], above[:, None])
    placed = found.middle[:, None] + reach * side
    return np.sort(placed * facts["deviation"] + facts["mean"], axis=1)


def fit_conformal_factors(
    truth: NDArray[np.float64], found: Estimate, levels: Sequence[float] = LEVELS
) -> list[float]:
    """How many distances from the middle each quantile must lie to come true.

    Split conformal prediction on scaled residuals, one quantile at a time (Romano, Patterson and
    Candes, Conformalized Quantile Regression, 2019). The middle stays where it is.
    """
    known = np.isfinite(truth)
    below, above = (each[known] for each in half_widths(found))
    residuals = truth[known] - found.middle[known]
    zero = np.zeros(len(residuals))
    return [
        0.0
        if level == 0.5
        else conformal_shift(residuals / (below if level < 0.5 else above), zero, level)
        for level in levels
    ]


def fit_width_factor(
    truth: NDArray[np.float64],
    found: Estimate,
    reaches: Sequence[float],
    power: float = 0.0,
    share: float = 0.8,
) -> float:
    """By how much reaches must be multiplied for a share of the truths to lie within the interval.

    Conformal prediction on the larger of the errors on either side (Romano et al., 2019). Where
    errors have become smaller since reaches were fitted, they are expected to fall once more, by
    that to the ``power``.
    """
    needed = _needed(truth, found, reaches)
    wide = conformal_shift(needed, np.zeros(len(needed)), share)
    return wide * min(wide, 1.0) ** power if wide > 0 else 1.0


def fit_category_factors(
    truth: NDArray[np.float64],
    found: Estimate,
    reaches: Sequence[float],
    categories: Sequence[str],
    share: float = 0.8,
) -> dict[str, float]:
    """By how much the interval must be wider in each top category, ``categories [rows]``.

    Conformal prediction within groups (Vovk et al., Mondrian Confidence Machine, 2003), drawn
    towards 1 as if ``PRIOR`` further rows were like all others. Categories of fewer than
    ``FEW`` rows stay out.
    """
    needed, named = _needed(truth, found, reaches), np.array(categories)[np.isfinite(truth)]
    usual = conformal_shift(needed, np.zeros(len(needed)), share)
    widths = {}
    for name in sorted(set(named.tolist()) - {""}):
        own = needed[named == name]
        wide = conformal_shift(own, np.zeros(len(own)), share)
        if len(own) >= FEW and wide > 0 and usual > 0:
            widths[name] = float((wide / usual) ** (len(own) / (len(own) + PRIOR)))
    return widths


def _needed(
    truth: NDArray[np.float64], found: Estimate, reaches: Sequence[float]
) -> NDArray[np.float64]:
    """By how much the 80 % interval must be wider to hold each truth that is known."""
    known = np.isfinite(truth)
    below, above = (each[known] for each in half_widths(found))
    residuals = truth[known] - found.middle[known]
    low, high = (reaches[LEVELS.index(level)] for level in (0.1, 0.9))
    needed: NDArray[np.float64] = np.maximum(residuals / (low * below), residuals / (high * above))
    return needed
