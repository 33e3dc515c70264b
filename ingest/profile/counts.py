"""Counts of what a snapshot holds, taken batch by batch in bounded memory."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from common.snapshot import COLUMNS, SPLITS
from ingest.profile import counters
from ingest.profile.histogram import BINS_PER_UNIT
from ingest.profile.titles import TitleCounts
from ingest.rows import DroppedCell, Row
from ingest.shards import ShardRow
from ingest.source import FIELDS, RawRow

COUNTED_FIELDS = (
    "category",
    "brand",
    "language",
    "condition",
    "shipping_payer",
    "size",
    "colour",
    "shipping_method",
    "parcel_size",
    "seller_id",
)
"""Fields whose values are counted."""

DATE_FIELDS = ("listed_at", "sold_at")

_OUTCOMES = ("read", "accepted", "rejected", "merged", *SPLITS)
_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBERS = re.compile(r"\d[\d,]*")
_NAMES = COLUMNS.names


def _counters() -> Any:
    return field(default_factory=lambda: defaultdict(Counter))


@dataclass(slots=True)
class ProfileCounts:
    """Counters of the rows and photos of an ingest; their size does not grow with the rows.

    Attributes:
        joined: for a field, labels that had several spellings, the chosen one first.
        rows: number of records ``read``, of them ``accepted``, ``rejected`` and ``merged`` into an
            accepted one, and number of accepted rows in each split.
        used: number of accepted rows by the fields whose cells were used.
        dropped: for a field, number of dropped cells by reason, without the values in it.
        cut: for a field, number of texts of which only the beginning is kept.
        examples: for a field and such a reason, the first one with its value.
        coverage: number of accepted rows that have a field.
        values: for each of ``COUNTED_FIELDS``, number of rows by value.
        titles: counts of the titles.
        photos: number of rows by number of their stored photos.
        months: for each of ``DATE_FIELDS``, number of rows by month: 12 times the year, and on.
        days: number of rows by the day when they were listed, a proleptic Gregorian ordinal.
        prices: for a currency, number of rows by bin of the price.
        amounts: for a currency, number of rows by price.
        rejections: number of rejected rows by reason, without the values in it.
        rejected: for such a reason, the line of the first row and the reason with its value.
        photo_problems: number of photos not stored by reason, without the numbers in it.
    """

    joined: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_OUTCOMES, 0))
    used: Counter[tuple[str, ...]] = field(default_factory=Counter)
    dropped: dict[str, Counter[str]] = _counters()
    cut: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    coverage: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = _counters()
    titles: TitleCounts = field(default_factory=TitleCounts)
    photos: Counter[int] = field(default_factory=Counter)
    months: dict[str, Counter[int]] = _counters()
    days: Counter[int] = field(default_factory=Counter)
    prices: dict[str, Counter[int]] = _counters()
    amounts: dict[str, Counter[float]] = _counters()
    rejections: Counter[str] = field(default_factory=Counter)
    rejected: dict[str, tuple[int, str]] = field(default_factory=dict)
    photo_problems: Counter[str] = field(default_factory=Counter)

    def count_accepted(self, split: str, rows: Sequence[ShardRow]) -> None:
        """Count accepted rows of a split; an empty one is that of rows that are not split."""
        if rows:
            self.count_columns(split, _to_columns(rows))

    def count_columns(self, split: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Count accepted rows of a split, given the values of their columns."""
        names = ("read", "accepted", split) if split else ("read", "accepted")
        for name in names:
            self.rows[name] += len(columns["title"])

        # Column by column, because a loop over cells in Python would cost as much as parsing them.
        self._count_labels(columns)
        self.titles.update(columns["title"])
        self._count_dates(columns)
        self._count_prices(columns["price"], columns["currency"])

        n_photos = map(len, columns["photos"])
        self.photos.update(n_photos)

    def _count_labels(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Count the rows that have a field, and those with each value of ``COUNTED_FIELDS``."""
        for name, column in columns.items():
            is_given = map(bool, column)
            self.coverage[name] += sum(is_given)

        for name in COUNTED_FIELDS:
            given = filter(None, columns[name])
            counters.update(self.values[name], given)

    def count_cells(self, row: Row) -> None:
        """Count the used and dropped cells of an accepted row, and the records that it holds."""
        self.used[row.used] += 1
        self.rows["read"] += row.merged
        self.rows["merged"] += row.merged

        for cell in row.cut:
            self.cut[cell.field] += 1

        for cell in row.dropped:
            self.count_dropped(cell)

    def count_dropped(self, cell: DroppedCell) -> None:
        """Count a dropped cell by its reason, and keep the first reason of the kind as written."""
        reason = _VALUE.sub("…", cell.reason)
        counters.update(self.dropped[cell.field], [reason])
        if len(self.examples) < counters.MAX_VALUES:
            kind = (cell.field, reason)
            self.examples.setdefault(kind, cell.reason)

    def cells(self) -> dict[str, dict[str, Any]]:
        """Return the number of cells of each field: ``read``, of them ``used`` and ``dropped``.

        Where cells are dropped, the commonest ``reason`` is there too, with an example.
        """
        used: Counter[str] = Counter()
        for fields, n_rows in self.used.items():
            used.update(dict.fromkeys(fields, n_rows))

        counts: dict[str, dict[str, Any]] = {}
        for name in FIELDS:
            if used[name] or self.dropped[name]:
                counts[name] = self._cells_of(name, used[name])

        return counts

    def _cells_of(self, name: str, n_used: int) -> dict[str, Any]:
        n_dropped = self.dropped[name].total()
        counts: dict[str, Any] = {
            "read": n_used + n_dropped,
            "used": n_used,
            "dropped": n_dropped,
        }
        if self.cut[name]:
            counts["cut"] = self.cut[name]
        if n_dropped:
            counts["reason"] = self._commonest_drop(name)
        return counts

    def _commonest_drop(self, name: str) -> str:
        """Return the commonest reason of a field's dropped cells, as its first cell had it."""
        reasons = self.dropped[name].most_common(1)
        reason, _ = reasons[0]
        return self.examples.get((name, reason), reason)

    def count_rejected(self, raw: RawRow, reasons: Iterable[str]) -> None:
        """Count one rejected row with its reasons, and the records that it holds."""
        n_records = 1 + raw.merged
        self.rows["read"] += n_records
        self.rows["rejected"] += n_records

        for example in reasons:
            # Without the values, since "title '7' ..." and "title '8' ..." are one reason.
            reason = _VALUE.sub("…", example)
            counters.update(self.rejections, [reason])
            if len(self.rejected) < counters.MAX_VALUES:
                self.rejected.setdefault(reason, (raw.line, example))

    def commonest_rejection(self) -> str:
        """Return the commonest reason of rejected rows, as the first of them had it."""
        reasons = self.rejections.most_common(1)
        reason, _ = reasons[0]
        _, example = self.rejected.get(reason, (0, reason))
        return example

    def count_photo_problems(self, reasons: Iterable[str]) -> None:
        """Count the reasons why photos are not in the snapshot."""
        general = [_NUMBERS.sub("…", reason) for reason in reasons]
        counters.update(self.photo_problems, general)

    def _count_dates(self, columns: Mapping[str, Sequence[datetime | None]]) -> None:
        for name in DATE_FIELDS:
            dates = filter(None, columns[name])
            months = [12 * date.year + date.month - 1 for date in dates]
            self.months[name].update(months)

        listed = filter(None, columns["listed_at"])
        counters.update(self.days, map(datetime.toordinal, listed))

    def _count_prices(
        self, prices: Sequence[float | None], currencies: Sequence[str]
    ) -> None:
        by_currency: dict[str, list[float]] = defaultdict(list)
        for price, currency in zip(prices, currencies, strict=True):
            if price is not None:
                by_currency[currency].append(price)

        for currency, amounts in by_currency.items():
            # Logarithmic bins bound the number of counters at any range of prices.
            logarithms = np.log(amounts)
            bins = np.rint(logarithms * BINS_PER_UNIT)
            numbers = bins.astype(int).tolist()
            self.prices[currency].update(numbers)
            counters.update(self.amounts[currency], amounts)


def _to_columns(rows: Sequence[ShardRow]) -> dict[str, tuple[Any, ...]]:
    values = zip(*rows, strict=True)
    return dict(zip(_NAMES, values, strict=True))
