"""p-values of many metrics: of twenty that did not change, one is below 0.05."""

from __future__ import annotations

import math
from collections.abc import Mapping


def q_values(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return the q-value of each metric: the share of false ones among all up to it.

    The deciding metric is not one of them: it is one, was chosen before, and needs no correction.
    A metric whose p-value is NaN keeps it and does not count.

    Source: Benjamini and Hochberg, Controlling the False Discovery Rate, 1995.
    """
    from scipy.stats import false_discovery_control

    known = {name: each for name, each in p_values.items() if not math.isnan(each)}
    if not known:
        return dict(p_values)
    adjusted = false_discovery_control(list(known.values()))
    return {**p_values, **dict(zip(known, map(float, adjusted), strict=True))}
