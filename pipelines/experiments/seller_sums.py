"""What sellers of a variant did, summed by seller: listings of one seller are not independent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from common.metrics import Values

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class SellerSums:
    """Sums of a variant's sellers; the metric is all ``numerators`` over all ``denominators``.

    Each array has a number for each seller ``[sellers]``. Where the metric is a mean over sellers,
    the denominators are 1.

    Attributes:
        numerators: such as the suggestions that a seller accepted.
        denominators: such as the suggestions that a seller saw.
        earlier_numerators: the same, before the seller's first exposure; 0 of new sellers.
        earlier_denominators: the same, before the seller's first exposure; 0 of new sellers.
    """

    numerators: Values
    denominators: Values
    earlier_numerators: Values
    earlier_denominators: Values

    @classmethod
    def without_history(cls, numerators: Values, denominators: Values) -> SellerSums:
        """Return the sums of sellers of whom nothing is known from before."""
        nothing = np.zeros(len(numerators))
        return cls(numerators, denominators, nothing, nothing)

    def __len__(self) -> int:
        return len(self.numerators)


def sum_by_seller(
    rows: pd.DataFrame, exposed: pd.DataFrame, is_per_seller: bool = False
) -> Mapping[str, SellerSums]:
    """Return the sums of each variant, by its name.

    ``rows`` has a ``value`` for each time that counts for a metric, with its ``unit`` and ``time``.
    ``exposed`` has a row for each unit, which is its index: its ``variant``, and the ``time`` when
    the unit saw it first. What came before that time is history, and cannot be an effect. Units
    that are not exposed are left out. A metric that ``is_per_seller`` is the mean of the sums of
    units, and others are the mean of all values.
    """
    joined = rows.join(
        exposed.rename(columns={"time": "first"}), on="unit", how="inner"
    )
    is_earlier = joined["time"] < joined["first"]
    later = _sums(joined[~is_earlier], exposed, is_per_seller)
    earlier = _sums(joined[is_earlier], exposed, is_per_seller)

    sums = {}
    for variant in sorted(exposed["variant"].unique()):
        rows_of = (exposed["variant"] == variant).to_numpy()
        sums[str(variant)] = SellerSums(
            later[0][rows_of],
            later[1][rows_of],
            earlier[0][rows_of],
            earlier[1][rows_of],
        )
    return sums


def _sums(
    rows: pd.DataFrame, exposed: pd.DataFrame, is_per_seller: bool
) -> tuple[Any, Any]:
    """Return the sum and the weight of each unit, in the order of ``exposed``.

    The weight is the number of its values, or 1 for each unit.
    """
    by_unit = rows.groupby("unit")["value"].agg(["sum", "count"])
    found = by_unit.reindex(exposed.index).fillna(0).astype(float)
    numerators, counts = found["sum"].to_numpy(), found["count"].to_numpy()
    return numerators, np.ones(len(counts)) if is_per_seller else counts
