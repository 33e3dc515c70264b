"""How the values of features that drifted are distributed, before and now, for plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from common.listing import AMOUNT_FIELDS
from common.metrics import Values
from pipelines.monitoring.drift import MISSING, Drift
from pipelines.weekly_report.changes import MIN_NAMED, OTHERS

if TYPE_CHECKING:
    import pandas as pd

MAX_FEATURES = 6
"""Features that are described, those that drift most."""

MAX_LABELS = 8
"""Labels that are named, those whose shares differ most."""

N_BINS = 12

TAIL = 0.01
"""Share of the smallest numbers that the first bin has together, and of the largest the last."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Shares of the values of a feature, before and now.

    Attributes:
        feature: the feature.
        names: labels, or ends of a range of numbers: ``20 to 27``.
        before: their shares before.
        now: their shares now.
    """

    feature: str
    names: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]

    @property
    def rows(self) -> list[tuple[str, float, float]]:
        """Each name with its shares before and now."""
        return list(zip(self.names, self.before, self.now, strict=True))

    @property
    def highest(self) -> float:
        """The largest share."""
        return max((*self.before, *self.now))


def describe_drifts(
    drifts: Sequence[Drift], before: pd.DataFrame, now: pd.DataFrame
) -> tuple[Distribution, ...]:
    """Return the distributions of the features that drifted, the largest effect first.

    Both tables are those of ``features.tabulate_features``. A label is named where ``MIN_NAMED``
    sellers of one of them have it: what one seller enters may be personal.
    """
    found = [drift.feature for drift in drifts if drift.found]
    return tuple(_describe(name, before, now) for name in found[:MAX_FEATURES])


def _describe(feature: str, before: pd.DataFrame, now: pd.DataFrame) -> Distribution:
    from pandas.api.types import is_numeric_dtype

    if feature.endswith(MISSING):
        name = feature.removesuffix(f" {MISSING}")
        shares = [_missing(name, table) for table in (before, now)]
        pairs = [(share, 1 - share) for share in shares]
        return Distribution(feature, ("no value", "a value"), pairs[0], pairs[1])

    sides = [table[["unit", feature]].dropna() for table in (before, now)]
    if all(is_numeric_dtype(side[feature]) for side in sides):
        return _describe_numbers(feature, *(side[feature].to_numpy() for side in sides))
    return _describe_labels(feature, *sides)


def _missing(name: str, table: pd.DataFrame) -> float:
    return float(table[name].isna().mean()) if name in table else 1.0


def _describe_numbers(feature: str, before: Values, now: Values) -> Distribution:
    both = np.concatenate([before, now]).astype(float)
    low, high = np.quantile(both, [TAIL, 1 - TAIL])
    edges = np.linspace(low, high, N_BINS + 1)

    def shares(numbers: Values) -> tuple[float, ...]:
        counts, _ = np.histogram(np.clip(numbers.astype(float), low, high), edges)
        return tuple((counts / len(numbers)).tolist())

    # Amounts come as logarithms.
    is_log = feature.split()[0] in AMOUNT_FIELDS
    ends = [f"{end:.3g}" for end in (np.exp(edges) if is_log else edges)]
    names = tuple(f"{ends[bin]} to {ends[bin + 1]}" for bin in range(N_BINS))
    return Distribution(feature, names, shares(before), shares(now))


def _describe_labels(
    feature: str, before: pd.DataFrame, now: pd.DataFrame
) -> Distribution:
    import pandas as pd

    sellers = pd.concat([before, now]).groupby(feature)["unit"].nunique()
    shares = [side[feature].value_counts(normalize=True) for side in (before, now)]
    table = pd.concat(shares, axis=1, keys=["before", "now"]).fillna(0.0)
    table = table[sellers.reindex(table.index) >= MIN_NAMED]

    differences = (table["now"] - table["before"]).abs()
    table = table.loc[differences.nlargest(MAX_LABELS).index]
    names: list[Any] = [*map(str, table.index), OTHERS]
    then, there = (table[side].tolist() for side in ("before", "now"))
    return Distribution(
        feature,
        tuple(names),
        (*then, max(0.0, 1 - sum(then))),
        (*there, max(0.0, 1 - sum(there))),
    )
