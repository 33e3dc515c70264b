"""How figures of quality differ from before, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.listing import CONFIRMABLE
from pipelines.evaluation.intervals import Estimate, difference
from pipelines.monitoring.hits import collect_hits

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class QualityChange:
    """How a figure of quality differs from before.

    Attributes:
        metric: that of ``pipelines.monitoring.hits.Hits``.
        field: the field of the listing.
        loss: by how much it is worse, with its 95 % interval: above 0 where it is worse.
    """

    metric: str
    field: str
    loss: Estimate


def compare_quality(
    before: pd.DataFrame, now: pd.DataFrame
) -> tuple[QualityChange, ...]:
    """Compare the figures of each field that both sides have.

    Both tables are ``OutcomeTables.fields``, of days that do not overlap. They should be of the
    same policies: choice bias makes figures of sellers who see suggestions better than those of
    the holdout.
    """
    return tuple(_compare(before, now))


def _compare(before: pd.DataFrame, now: pd.DataFrame) -> Iterator[QualityChange]:
    for name in CONFIRMABLE:
        sides = [table[table["field"] == name] for table in (before, now)]
        hits, others = (collect_hits(name, side) for side in sides)
        for then, there in zip(hits, others, strict=True):
            if len(then.values) and len(there.values):
                loss = difference(then.values, then.units, there.values, there.units)
                yield QualityChange(then.metric, name, loss)
