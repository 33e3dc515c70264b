"""Drift: which features of listings and suggestions are not distributed as they were before.

A feature drifts where two conditions hold: chance does not explain the difference (its q-value),
and the difference is large enough to matter (its effect size). With many rows any difference has
a small q-value, and with few rows chance alone makes large effects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.monitoring.two_samples import Difference, compare_labels, compare_numbers

if TYPE_CHECKING:
    import pandas as pd

MIN_UNITS = 30
"""Sellers of a feature on the smaller side from which on it is compared."""

MISSING = "missing"
"""Ends the name of a feature that compares how often another one has no value."""


@dataclass(frozen=True, slots=True)
class DriftConfig:
    """What counts as drift.

    Attributes:
        max_q: share of false drifts that is accepted among those that are found. Where nothing
            has changed, it is the probability that a comparison finds any: a shop that compares
            every day has a false alarm in 1,000 days at 0.001.
        min_shift: least Wasserstein distance of numbers, in standard deviations.
        min_distance: least Jensen-Shannon distance of labels, from 0 to 1.
        max_units: largest number of sellers of a side that are compared, drawn at random.
        seed: seed of what is drawn.
    """

    max_q: float = 0.001
    min_shift: float = 0.1
    min_distance: float = 0.1
    max_units: int = 5_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Drift:
    """How a feature differs from before.

    Attributes:
        feature: the feature; with ``MISSING`` at its end, how often it has no value.
        effect: numbers: Wasserstein distance in standard deviations of both sides together;
            labels: Jensen-Shannon distance from 0 to 1, less what chance adds on average.
        q_value: by Benjamini and Hochberg over all features of the comparison.
        units: sellers of the smaller side.
        found: whether the q-value is at most, and the effect at least, what counts as drift.
    """

    feature: str
    effect: float
    q_value: float
    units: int
    found: bool


def find_drift(
    before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig | None = None
) -> tuple[Drift, ...]:
    """Compare each feature of two tables, those that drift first, then by effect.

    Both tables have ``unit``, the seller, and a column for each feature: columns of numbers are
    compared as numbers, all others as labels. Amounts should come as logarithms: the standard
    deviation is that of the column. A feature of fewer than ``MIN_UNITS`` sellers is left out. One
    that only one table has is missing from the other.

    Rows of a seller are alike, so one row of each is drawn: the tests are for independent rows.
    A seller on both sides makes them find less, not more.
    """
    from scipy.stats import false_discovery_control

    config = config or DriftConfig()
    rows, other_rows = _draw_rows(before, config), _draw_rows(now, config)
    comparisons = list(_compare(rows, other_rows, config))
    if not comparisons:
        return ()

    # Source: Benjamini and Hochberg, Controlling the False Discovery Rate, 1995.
    q_values = false_discovery_control(
        [each.difference.p_value for each in comparisons]
    )
    drifts = [
        _state_drift(comparison, float(q_value), config)
        for comparison, q_value in zip(comparisons, q_values, strict=True)
    ]
    return tuple(sorted(drifts, key=lambda drift: (not drift.found, -drift.effect)))


@dataclass(frozen=True, slots=True)
class _Comparison:
    feature: str
    difference: Difference
    floor: float
    units: int


def _draw_rows(table: pd.DataFrame, config: DriftConfig) -> pd.DataFrame:
    """Return one row of each seller, and of at most ``max_units`` sellers."""
    shuffled = table.sample(frac=1, random_state=config.seed)
    return shuffled.drop_duplicates("unit").head(config.max_units)


def _compare(
    before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig
) -> Iterator[_Comparison]:
    from pandas.api.types import is_numeric_dtype

    names = before.columns.union(now.columns, sort=False)
    before, now = before.reindex(columns=names), now.reindex(columns=names)
    for name in names.drop("unit"):
        column, other = before[name], now[name]
        values, others = column.dropna(), other.dropna()
        units = min(len(values), len(others))
        if units >= MIN_UNITS:
            if is_numeric_dtype(values) and is_numeric_dtype(others):
                difference, floor = compare_numbers(values, others), config.min_shift
            else:
                difference, floor = compare_labels(values, others), config.min_distance
            yield _Comparison(name, difference, floor, units)

        gap, other_gap = column.isna(), other.isna()
        units = min(len(gap), len(other_gap))
        if units >= MIN_UNITS and (gap.any() or other_gap.any()):
            difference = compare_labels(gap, other_gap)
            name_of_gap = f"{name} {MISSING}"
            yield _Comparison(name_of_gap, difference, config.min_distance, units)


def _state_drift(comparison: _Comparison, q_value: float, config: DriftConfig) -> Drift:
    effect = comparison.difference.effect
    return Drift(
        feature=comparison.feature,
        effect=effect,
        q_value=q_value,
        units=comparison.units,
        found=q_value <= config.max_q and effect >= comparison.floor,
    )
