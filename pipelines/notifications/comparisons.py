"""What is told of a challenger beside the champion: the gain, and where it is worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist

from pipelines.records import ChampionComparison, SliceGain

ALPHA = 0.05
"""Chance that an interval does not contain the true gain; of all slices together."""

MAX_SLICES = 3
"""Kinds of listings that are named, the ones that lose most."""


def describe_comparison(comparison: ChampionComparison) -> Iterator[str]:
    """Yield clauses about the gain with its 95 % interval, and about slices that are worse.

    Both models were asked about the same rows. Where they were not, the only clause says why.
    """
    if "skipped" in comparison:
        yield f"not compared with the champion: {comparison['skipped']}"
        return

    gain, reach = comparison["gain"], _z(ALPHA / 2) * comparison["error"]
    yield (
        f"{comparison['metric']} is {abs(gain):.4g} {'worse' if gain < 0 else 'better'} than the"
        f" champion's on the same {int(comparison['rows']):,} rows (gain {gain - reach:.2g} to"
        f" {gain + reach:.2g})"
    )
    worse = _worse_slices(comparison["slices"])
    if worse:
        named = [_describe_slice(part) for part in worse[:MAX_SLICES]]
        others = len(worse) - len(named)
        more = f" and {others} more" if others else ""
        yield f"worse in {', '.join(named)}{more}"


def _worse_slices(slices: Sequence[SliceGain]) -> list[SliceGain]:
    """Return the slices that are worse by more than chance explains, the worst first."""
    # Bonferroni: of many slices one seems worse by luck.
    reach = _z(ALPHA / max(len(slices), 1))
    worse = [part for part in slices if part["gain"] + reach * part["error"] < 0]
    return sorted(worse, key=lambda part: part["gain"])


def _describe_slice(part: SliceGain) -> str:
    return f"{part['name']} ({-part['gain']:.4g} on {int(part['rows']):,} rows)"


def _z(alpha: float) -> float:
    """Return how many standard errors a normal variable exceeds with a chance of ``alpha``."""
    return NormalDist().inv_cdf(1 - alpha)
