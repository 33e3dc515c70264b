"""Figures that are expected of suggestions, of the rows that figures are measured on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from common.events import RANKED_FIELDS
from common.listing import AMOUNT_FIELDS
from pipelines.monitoring.estimated_quality import (
    Expected,
    expect_accuracy,
    expect_prices,
)
from pipelines.monitoring.hits import select_priced

if TYPE_CHECKING:
    import pandas as pd


def expect_figures(
    name: str, rows: pd.DataFrame, level: float
) -> Iterator[tuple[str, Expected]]:
    """Yield what is expected of a field by metric, from its rows of ``OutcomeTables.fields``.

    ``level`` is the share of amounts that shown intervals are to contain.
    """
    if name in RANKED_FIELDS:
        firsts = rows[rows["probability"].notna()].reset_index(drop=True)
        candidates = firsts[["probability"]].assign(position=firsts.index, rank=1)
        yield "expected_accuracy", expect_accuracy(candidates)
    elif name in AMOUNT_FIELDS:
        prices = expect_prices(select_priced(rows), level)
        yield "expected_pinball_loss", prices.pinball_loss
        yield "expected_coverage", prices.coverage
