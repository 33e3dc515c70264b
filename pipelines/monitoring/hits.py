"""Figures of quality that are shares or means of rows: which rows count, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from common.events import RANKED_FIELDS
from common.listing import AMOUNT_FIELDS
from pipelines.weekly_report.acceptance import ANSWERED

if TYPE_CHECKING:
    import pandas as pd

TOP_K = 3
"""Candidates among which ``top_k_accuracy`` looks for the chosen value."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The rows of a figure, which is their mean.

    Attributes:
        metric: ``acceptance``, ``top_1_accuracy``, ``top_k_accuracy``, ``expected_accuracy`` (the
            mean probability of what was shown first) or ``coverage``.
        values: a number from 0 to 1 for each row: whether it is a hit, or its probability.
        units: the seller of each row.
    """

    metric: str
    values: pd.Series[Any]
    units: pd.Series[Any]


def collect_hits(name: str, rows: pd.DataFrame) -> Iterator[Hits]:
    """Give the figures of a field from its rows of ``OutcomeTables.fields``, also without rows.

    Rows of which nothing is known that was shown do not count. A field left empty or ignored has
    no value that a suggestion could be compared with: it counts for the acceptance and the
    expected accuracy.
    """
    shown = rows[rows["first"].notna() | rows["amount"].notna()]
    answered = shown[shown["action"].isin(ANSWERED)]
    yield Hits("acceptance", answered["action"] == "accepted", answered["unit"])

    if name in RANKED_FIELDS:
        chosen = shown[shown["value"].notna()]
        yield Hits("top_1_accuracy", chosen["rank"] == 1, chosen["unit"])
        yield Hits("top_k_accuracy", chosen["rank"] <= TOP_K, chosen["unit"])
        yield Hits("expected_accuracy", shown["probability"], shown["unit"])
    elif name in AMOUNT_FIELDS:
        priced = select_priced(shown)
        is_inside = priced["number"].between(priced["low"], priced["high"])
        yield Hits("coverage", is_inside, priced["unit"])


def select_priced(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with an amount that was shown and one that was chosen."""
    return rows[rows["amount"].notna() & rows["number"].notna()]
