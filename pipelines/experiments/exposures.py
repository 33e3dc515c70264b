"""Which sellers saw which variant, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ExposedSellers:
    """The sellers of an experiment.

    Attributes:
        exposed: a row for each seller, which is its index: the ``variant``, and the ``time`` when
            it was on the screen first.
        switched: number of sellers who saw more than one variant. They are left out: one variant
            has changed what they do in the other. There are none where assignment works.
    """

    exposed: pd.DataFrame
    switched: int


def find_exposures(shown: pd.DataFrame) -> ExposedSellers:
    """Return who saw an experiment, from what was on screens.

    ``shown`` has ``seller``, ``time``, ``variant`` and ``policy`` of all events ``shown`` of the
    experiment and of other policies, in any order. Sellers whom the shop does not name have no
    variant of their own and do not count. Nor do those who were ever in the holdout, where they see
    nothing, or in the exploration, where they see the candidates in another order.
    """
    others = shown.loc[shown["policy"] != "greedy", "seller"]
    known = shown[(shown["seller"] != "") & ~shown["seller"].isin(others)]
    known = known.sort_values("time", kind="stable")
    by_seller = known.groupby("seller")
    has_one = by_seller["variant"].nunique() == 1
    first = by_seller[["variant", "time"]].first()
    return ExposedSellers(first[has_one], int((~has_one).sum()))
