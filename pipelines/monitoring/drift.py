"""Drift: which features of listings and suggestions are not distributed as they were before.

A feature drifts where two conditions hold: chance does not explain the difference (its q-value),
and the difference is large enough to matter (its effect size). With many rows any difference has
a small q-value, and with few rows chance alone makes large effects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.monitoring.two_samples import (
    Difference,
    compare_labels,
    compare_numbers,
    effective_rows,
)

if TYPE_CHECKING:
    import pandas as pd

MIN_ROWS = 30
"""Effective rows of the smaller side from which on a feature is compared."""

MISSING = "missing"
"""Ends the name of a feature that compares how often another one has no value."""


@dataclass(frozen=True, slots=True)
class DriftConfig:
    """What counts as drift.

    Attributes:
        max_q: share of false drifts that is accepted among those that are found. Where nothing
            has changed, it is the largest probability that a comparison finds any: a shop that
            compares every day has one false alarm in 1,000 days at 0.001.
        min_shift: least Wasserstein distance of numbers, in standard deviations.
        min_distance: least Jensen-Shannon distance of labels, from 0 to 1.
    """

    max_q: float = 0.001
    min_shift: float = 0.1
    min_distance: float = 0.1


@dataclass(frozen=True, slots=True)
class Drift:
    """How a feature differs from before.

    Attributes:
        feature: the feature; with ``MISSING`` at its end, how often it has no value.
        effect: numbers: Wasserstein distance in standard deviations of both sides together;
            labels: Jensen-Shannon distance from 0 to 1, less what chance adds on average.
        q_value: by Benjamini and Hochberg over all features of the comparison.
        rows: effective rows of the smaller side, at most as many as there are sellers.
        found: whether the q-value is at most, and the effect at least, what counts as drift.
    """

    feature: str
    effect: float
    q_value: float
    rows: int
    found: bool


def find_drift(
    before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig | None = None
) -> tuple[Drift, ...]:
    """Compare each feature of two tables, those that drift first, then by effect.

    Both tables have ``unit``, the seller, and a column for each feature: columns of numbers are
    compared as numbers, all others as labels. Amounts should come as logarithms: the standard
    deviation is that of the column. A feature with fewer than ``MIN_ROWS`` is left out. One that
    only one table has is missing from the other.

    Rows of a seller are alike, so the tests are for fewer, effective rows. One seller with most of
    the rows leaves too few of them. A seller on both sides makes the tests find less, not more.
    """
    from scipy.stats import false_discovery_control

    config = config or DriftConfig()
    comparisons = list(_compare(before, now, config))
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
    rows: int


def _compare(
    before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig
) -> Iterator[_Comparison]:
    """Compare the values of each feature, and how often it has none."""
    names = before.columns.union(now.columns, sort=False)
    before, now = before.reindex(columns=names), now.reindex(columns=names)
    for name in names.drop("unit"):
        sides = before[["unit", name]], now[["unit", name]]
        yield from _compare_values(name, *sides, config)
        yield from _compare_missing(name, *sides, config)


def _compare_values(
    name: str, before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig
) -> Iterator[_Comparison]:
    from pandas.api.types import is_numeric_dtype

    before, now = before.dropna(subset=[name]), now.dropna(subset=[name])
    rows = _effective_rows(before, now)
    if min(rows) < MIN_ROWS:
        return
    values, others = before[name], now[name]
    if is_numeric_dtype(values) and is_numeric_dtype(others):
        difference, floor = compare_numbers(values, others, rows), config.min_shift
    else:
        difference, floor = compare_labels(values, others, rows), config.min_distance
    yield _Comparison(name, difference, floor, int(min(rows)))


def _compare_missing(
    name: str, before: pd.DataFrame, now: pd.DataFrame, config: DriftConfig
) -> Iterator[_Comparison]:
    rows = _effective_rows(before, now)
    has_value, has_other = before[name].notna(), now[name].notna()
    if min(rows) < MIN_ROWS or (has_value.all() and has_other.all()):
        return
    difference = compare_labels(has_value, has_other, rows)
    feature = f"{name} {MISSING}"
    yield _Comparison(feature, difference, config.min_distance, int(min(rows)))


def _effective_rows(before: pd.DataFrame, now: pd.DataFrame) -> tuple[float, float]:
    return effective_rows(before["unit"]), effective_rows(now["unit"])


def _state_drift(comparison: _Comparison, q_value: float, config: DriftConfig) -> Drift:
    effect = comparison.difference.effect
    return Drift(
        feature=comparison.feature,
        effect=effect,
        q_value=q_value,
        rows=comparison.rows,
        found=q_value <= config.max_q and effect >= comparison.floor,
    )
