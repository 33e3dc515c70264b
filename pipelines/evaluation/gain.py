"""A gain over the champion in words, and how far chance may move it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from pipelines.records import ChampionComparison, SliceGain

NAMED_SLICES = 3
"""Kinds of listings that a sentence names, the ones that lose most."""


def quantile(alpha: float) -> float:
    """Return how many standard errors a normal variable exceeds with a chance of ``alpha``."""
    return NormalDist().inv_cdf(1 - alpha)


def describe_gain(comparison: ChampionComparison) -> str:
    """Return ``rmsle is 0.031 worse than the champion's on the same 812 rows``."""
    gain, rows = comparison["gain"], int(comparison["rows"])
    direction = "worse" if gain < 0 else "better"
    return (
        f"{comparison['metric']} is {abs(gain):.4g} {direction} than the champion's on the same"
        f" {rows:,} rows"
    )


def name_losses(slices: Sequence[SliceGain]) -> str:
    """Name kinds of listings that lost, the worst first: ``language ja (0.09 on 40 rows)``."""
    worst = sorted(slices, key=lambda part: part["gain"])
    named = [
        f"{part['name']} ({-part['gain']:.4g} on {int(part['rows']):,} rows)"
        for part in worst[:NAMED_SLICES]
    ]
    if len(worst) > NAMED_SLICES:
        named.append(f"{len(worst) - NAMED_SLICES} more")
    return ", ".join(named)
