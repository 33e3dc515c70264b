"""What is told of a challenger beside the champion: the gain, and where it is worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.evaluation.gain import describe_gain, name_losses, quantile
from pipelines.records import ChampionComparison, SliceGain

ALPHA = 0.05
"""Chance that an interval does not contain the true gain; of all slices together."""


def describe_comparison(comparison: ChampionComparison) -> Iterator[str]:
    """Yield clauses about the gain with its 95 % interval, and about slices that are worse.

    Both models were asked about the same rows. Where they were not, the only clause says why.
    """
    if "skipped" in comparison:
        yield f"not compared with the champion: {comparison['skipped']}"
        return

    gain, reach = comparison["gain"], quantile(ALPHA / 2) * comparison["error"]
    yield f"{describe_gain(comparison)} (gain {gain - reach:.2g} to {gain + reach:.2g})"
    worse = _worse_slices(comparison["slices"])
    if worse:
        yield f"worse in {name_losses(worse)}"


def _worse_slices(slices: Sequence[SliceGain]) -> list[SliceGain]:
    """Return the slices that are worse by more than chance explains."""
    # Bonferroni: of many slices one seems worse by luck.
    reach = quantile(ALPHA / max(len(slices), 1))
    return [part for part in slices if part["gain"] + reach * part["error"] < 0]
