"""The metrics of experiments: what each one is, and whether more of it is better.

``pipelines.experiments.metrics`` measures them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from common.listing import CONFIRMABLE

Unit = Literal["share", "seconds", "listings", "ratio", "money"]

ACCEPTANCE = "_acceptance"
"""End of the metrics that are the share of accepted suggestions for a field."""

SALE_DAYS = 7
"""Days within which a sale counts, so that all listings have had the same time."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric.

    Attributes:
        name: its name in files.
        title: its name in sentences.
        meaning: what it is, as a part of a sentence.
        unit: what its effects are in; those of a share are told in points, hundredths of it.
        higher_is_better: whether a variant that has more of it is better.
        is_per_seller: whether it is a mean over sellers, and not over what they did.
        days: days after a listing until its value is known.
    """

    name: str
    title: str
    meaning: str
    unit: Unit
    higher_is_better: bool = True
    is_per_seller: bool = False
    days: int = 0


def _acceptance(field: str) -> Metric:
    name = field.replace("_", " ")
    return Metric(
        field + ACCEPTANCE,
        f"{name} acceptance",
        f"the share of accepted suggestions of {name}, of those on the screen",
        "share",
    )


_ALL = (
    *map(_acceptance, CONFIRMABLE),
    Metric(
        "seconds",
        "time to list",
        "the mean time from the first entry to the listing, counted up to half an hour",
        "seconds",
        higher_is_better=False,
    ),
    Metric(
        "listings",
        "listings",
        "listings that were put up, for each seller who saw suggestions",
        "listings",
        is_per_seller=True,
    ),
    Metric(
        "price_error",
        "price error",
        "the mean distance of the suggested price from the chosen one, as a logarithm:"
        " 0.1 is about 10 %",
        "ratio",
        higher_is_better=False,
    ),
    Metric(
        "sold_in_7_days",
        "sold within 7 days",
        f"the share of listings that are sold within {SALE_DAYS} days",
        "share",
        days=SALE_DAYS,
    ),
    Metric(
        "revenue_in_7_days",
        "revenue within 7 days",
        f"what listings are sold for within {SALE_DAYS} days, for each seller who saw"
        " suggestions, in the commonest currency",
        "money",
        is_per_seller=True,
        days=SALE_DAYS,
    ),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
"""All metrics by name."""
