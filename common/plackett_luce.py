"""Orders that are drawn by the Plackett-Luce model, and the probability of each.

Items are drawn one after the other: each with a probability proportional to its weight among those
that are left (Luce 1959, Individual Choice Behavior; Plackett 1975, The Analysis of Permutations).
Items whose weight is 0 are not drawn: they stand behind the others, as they stood before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def draw_order(weights: Sequence[float], uniforms: Sequence[float]) -> list[int]:
    """Return the indices of items in an order that is drawn.

    ``uniforms`` are independent numbers between 0 and 1, both excluded, one for each item. Sorting
    by the logarithm of the weight plus Gumbel noise draws from the model (Yellott 1977, Journal of
    Mathematical Psychology 15).
    """
    scores = [
        math.log(weight) - math.log(-math.log(uniform)) if weight > 0 else -math.inf
        for weight, uniform in zip(weights, uniforms, strict=True)
    ]
    return sorted(range(len(scores)), key=scores.__getitem__, reverse=True)


def conditional_propensities(weights: Sequence[float]) -> list[float]:
    """Return the probability of each item's rank, given the items of the ranks before it.

    ``weights`` are those of the items in the order that was drawn. The product of the propensities
    is the probability of that order.
    """
    propensities = []
    remaining = 0.0
    for weight in reversed(weights):
        remaining += max(weight, 0.0)
        propensities.append(weight / remaining if weight > 0 else 1.0)
    return propensities[::-1]
