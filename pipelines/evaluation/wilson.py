"""The interval of a share that was observed."""

from __future__ import annotations

import math

Z = 1.96
"""Standard deviations on either side of a 95 % interval."""


def wilson(share: float, rows: float) -> tuple[float, float]:
    """Return the 95 % interval of a share that was observed on some independent rows.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    if not rows:
        return 0.0, 1.0
    spread = Z**2 / rows
    centre = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / rows + spread / (4 * rows))
    half /= 1 + spread
    return centre - half, centre + half
