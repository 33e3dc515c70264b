"""From a head's scores to an estimate of the price; the same for training and serving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.heads import blend
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
    """Blend the members and state shifted quantiles in increasing order."""
    scores, facts = head.scores(inputs), head.facts
    bins = Bins(**facts["bins"])
    probabilities = blend.pool(scores["bins"], head.blends["bins"].weights)
    values = [member[:, 0] for member in scores["log_price"]]
    value = blend.add(values, head.blends["log_price"]) * facts["deviation"] + facts["mean"]
    mean = bins.mean(probabilities)
    quantiles = bins.quantiles(probabilities, LEVELS)
    middle = mean + np.float32(facts["share"]) * (value - mean)
    quantiles += (middle - quantiles[:, LEVELS.index(0.5)])[:, None]
    return Estimate(value, mean, np.sort(quantiles + np.array(facts["shifts"]), axis=1))
