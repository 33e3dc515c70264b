"""From a head's scores to an estimate of the price; the same for training and serving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.heads.head import Head
from common.heads.net import Inputs
from models.price.bins import Bins
from models.price.config import LEVELS


@dataclass(frozen=True, slots=True)
class Estimate:
    """``log1p`` prices of a batch.

    ``value`` comes from regression, ``mean`` from the bins ``[rows]``; ``quantiles``
    ``[rows, LEVELS]`` are those of the bins, with the median between ``mean`` and ``value``.
    """

    value: Floats
    mean: Floats
    quantiles: NDArray[np.float64]


def estimate(head: Head, inputs: Inputs) -> Estimate:
    """Blend the members and state quantiles in increasing order, shifted as cold and warm need."""
    scores, facts = head.scores(inputs), head.facts
    bins = Bins(**facts["bins"])
    probabilities = head.pool("bins", scores["bins"], inputs).probabilities
    value = head.add("log_price", scores["log_price"], inputs) * facts["deviation"] + facts["mean"]
    mean = bins.mean(probabilities)
    quantiles = bins.quantiles(probabilities, LEVELS)
    seen = inputs.seen()
    middle = mean + np.array(facts["shares"], np.float32)[seen] * (value - mean)
    quantiles += (middle - quantiles[:, LEVELS.index(0.5)])[:, None]
    cold, warm = np.moveaxis(np.array(facts["shifts"])[seen], 1, 0)
    quantiles += cold + head.warmth(inputs)[:, None] * (warm - cold)
    return Estimate(value, mean, np.sort(quantiles, axis=1))
