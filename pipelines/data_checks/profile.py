"""A compact profile of a snapshot, kept in the store to compare later snapshots with."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from common.known_fields import known_fields
from common.listing import CATEGORY_SEPARATOR
from common.store.storage import Storage
from ingest.profile.histogram import BINS_PER_UNIT

if TYPE_CHECKING:
    from common.snapshot import Snapshot

QUARTILES = (0.25, 0.5, 0.75)

DATE_RANGE = (0.01, 0.99)
"""Quantiles of the dates: a few rows that are dated wrongly do not move them."""

MAX_VALUES = 100
"""Top categories, and brands, that are counted, the most frequent ones; all others are one."""

OTHER = "other"

COLUMNS = ("category", "brand", "price", "currency", "listed_at")
"""Columns that are read of a snapshot."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is compared of a snapshot.

    Attributes:
        id: id of the snapshot.
        created_at: time of its writing, ISO 8601.
        rows: number of its rows.
        coverage: number of rows that have each field, ``photos`` among them.
        currencies: number of priced rows in each currency.
        categories: number of rows in each top category.
        prices: quartiles of the prices of each currency.
        dates: time before which 1 % and 99 % of the rows were listed, in seconds since 1970; empty
            where no row has a date.
        brands: number of rows of each brand; empty in profiles of earlier versions, as the next.
        price_bins: number of prices in each logarithmic bin, by currency.
    """

    id: str
    created_at: str
    rows: int
    coverage: Mapping[str, int]
    currencies: Mapping[str, int]
    categories: Mapping[str, int]
    prices: Mapping[str, Sequence[float]]
    dates: Sequence[float]
    brands: Mapping[str, int] = field(default_factory=dict)
    price_bins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def profile(snapshot: Snapshot) -> Profile:
    """Return the profile of a snapshot, over all of its splits."""
    from common.snapshot import SPLITS

    values = _Values()
    for split in SPLITS:
        for columns in snapshot.columns(split, COLUMNS):
            values.add(*columns)
    prices, dates = values.prices, values.dates

    return Profile(
        id=snapshot.id,
        created_at=snapshot.manifest.created_at,
        rows=sum(snapshot.count(split) for split in SPLITS),
        coverage=dict(snapshot.manifest.coverage),
        currencies={currency: len(amounts) for currency, amounts in prices.items()},
        categories=commonest_values(values.categories),
        prices={
            currency: np.quantile(amounts, QUARTILES).tolist()
            for currency, amounts in prices.items()
        },
        dates=np.quantile(dates, DATE_RANGE).tolist() if dates else [],
        brands=commonest_values(values.brands),
        price_bins={currency: _bins(amounts) for currency, amounts in prices.items()},
    )


@dataclass(slots=True)
class _Values:
    """What is collected of the rows of a snapshot."""

    categories: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    prices: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    dates: list[float] = field(default_factory=list)

    def add(
        self,
        paths: Sequence[str | None],
        makers: Sequence[str | None],
        amounts: Sequence[float | None],
        currencies: Sequence[str | None],
        times: Sequence[datetime | None],
    ) -> None:
        """Add the values of some rows, one sequence for each of ``COLUMNS``."""
        self.categories.update(
            path.split(CATEGORY_SEPARATOR)[0] for path in paths if path
        )
        self.brands.update(filter(None, makers))
        for price, currency in zip(amounts, currencies, strict=True):
            if price is not None:
                self.prices[currency or ""].append(price)
        self.dates += [_seconds(time) for time in times if time is not None]


def write_profile(storage: Storage, profile: Profile) -> None:
    """Keep a profile under the id of its snapshot."""
    text = json.dumps(asdict(profile), indent=2, sort_keys=True) + "\n"
    storage.write_text(_key(profile.id), text)


def read_profile(storage: Storage, snapshot_id: str) -> Profile | None:
    """Return the profile of a snapshot, or ``None`` where none was kept."""
    text = storage.read_text(_key(snapshot_id))
    return None if text is None else Profile(**known_fields(Profile, json.loads(text)))


def _key(snapshot_id: str) -> str:
    return f"snapshots/{snapshot_id}.json"


def _bins(amounts: Sequence[float]) -> dict[str, int]:
    """Count prices in the bins of the plots of a profile; JSON has texts for keys."""
    bins = np.rint(np.log(amounts) * BINS_PER_UNIT).astype(int)
    return {str(bin_): count for bin_, count in sorted(Counter(bins.tolist()).items())}


def _seconds(time: datetime) -> float:
    return time.astimezone(UTC).timestamp()


def commonest_values(counts: Counter[str]) -> dict[str, int]:
    """Return the commonest values with their rows, and all others as one."""
    frequent = dict(counts.most_common(MAX_VALUES))
    n_others = counts.total() - sum(frequent.values())
    if n_others:
        frequent[OTHER] = frequent.get(OTHER, 0) + n_others
    return frequent
