"""What sellers ask beside the suggested price, and how that sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.evaluation.intervals import Estimate, median, share

if TYPE_CHECKING:
    import pandas as pd

SALE_DAYS = 7
"""Days within which a sale counts, so that all items of a week have had the same time."""


@dataclass(frozen=True, slots=True)
class Sales:
    """How items sold whose suggested price was ``accepted`` or ``changed``.

    Attributes:
        action: which of both.
        sold: share of the items that were sold within ``SALE_DAYS``.
        days: median days of these until the sale; NaN where none was sold.
    """

    action: str
    sold: Estimate
    days: float


@dataclass(frozen=True, slots=True)
class Prices:
    """Asked prices beside suggested ones.

    Attributes:
        inside: share of asked prices within the interval that was shown.
        ratio: median of the asked price over the suggested one.
        sales: of accepted and of changed prices.
    """

    inside: Estimate
    ratio: Estimate
    sales: tuple[Sales, ...]


def measure_prices(
    week: pd.DataFrame, week_before: pd.DataFrame, listings: pd.DataFrame
) -> Prices:
    """Return the figures of a week's prices, and the sales of the week before.

    The first two tables are ``OutcomeTables.fields`` of their weeks. Items of the week itself have
    had no time to be sold.
    """
    asked = _asked(week)
    is_inside = asked["number"].between(asked["low"], asked["high"])
    priced = asked[asked["amount"] > 0]
    return Prices(
        inside=share(is_inside, asked["unit"]),
        ratio=median(priced["number"] / priced["amount"], priced["unit"]),
        sales=tuple(
            _sales(action, _asked(week_before), listings)
            for action in ("accepted", "changed")
        ),
    )


def _asked(fields: pd.DataFrame) -> pd.DataFrame:
    """Return the prices that were asked after one was suggested."""
    is_answered = fields["action"].isin(["accepted", "changed"])
    is_price = (fields["field"] == "price") & is_answered
    return fields[is_price & fields["number"].notna() & fields["amount"].notna()]


def _sales(action: str, asked: pd.DataFrame, listings: pd.DataFrame) -> Sales:
    requests = asked["request"][asked["action"] == action]
    items = listings[listings["request"].isin(requests)]
    is_sold = items["sold"] & (items["days"] <= SALE_DAYS)
    return Sales(
        action=action,
        sold=share(is_sold, items["unit"]),
        days=float(items["days"][is_sold].median()),
    )
