"""Counts of what a snapshot holds, taken batch by batch in bounded memory."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from common.snapshot import COLUMNS, SPLITS
from ingest.rows import Row
from ingest.shards import ShardRow
from ingest.source import FIELDS, RawRow

MAX_VALUES = 50_000
"""Different values that a counter holds; beyond, the rarest half is dropped."""

BINS_PER_UNIT = 100
"""Bins of a price per unit of its natural logarithm: a bin is 1 % wide."""

COUNTED_FIELDS = ("category", "brand", "language", "condition", "shipping_payer")
"""Fields whose values are counted."""

_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBERS = re.compile(r"\d[\d,]*")
_NAMES = COLUMNS.names


class ProfileCounts:
    """Counters of the rows and photos of an ingest; their size does not grow with the rows.

    Attributes:
        rows: number of records ``read``, of them ``accepted``, ``rejected`` and ``merged`` into an
            accepted one, and number of accepted rows in each split.
        used: number of accepted rows by the fields whose cells were used.
        dropped: for a field, number of dropped cells by reason, without the values in it.
        cut: for a field, number of texts of which only the beginning is kept.
        examples: for a field and such a reason, the first one with its value.
        coverage: number of accepted rows that have a field.
        values: for each of ``COUNTED_FIELDS``, number of rows by value.
        title_lengths: number of rows by length of the title in characters.
        prices: for a currency, number of rows by bin of the price.
        rejections: number of rejected rows by reason, without the values in it.
        photo_problems: number of photos not stored by reason, without the numbers in it.
    """

    def __init__(self) -> None:
        """Start with no rows."""
        self.rows = dict.fromkeys(
            ("read", "accepted", "rejected", "merged", *SPLITS), 0
        )
        self.used: Counter[tuple[str, ...]] = Counter()
        self.dropped: dict[str, Counter[str]] = defaultdict(Counter)
        self.cut: Counter[str] = Counter()
        self.examples: dict[tuple[str, str], str] = {}
        self.coverage: Counter[str] = Counter()
        self.values: dict[str, Counter[str]] = defaultdict(Counter)
        self.title_lengths: Counter[int] = Counter()
        self.prices: dict[str, Counter[int]] = defaultdict(Counter)
        self.rejections: Counter[str] = Counter()
        self.photo_problems: Counter[str] = Counter()

    def count_accepted(self, split: str, rows: Sequence[ShardRow]) -> None:
        """Count accepted rows of a split."""
        if not rows:
            return
        for name in ("read", "accepted", split):
            self.rows[name] += len(rows)

        # Column by column, because a loop over cells in Python would cost as much as parsing them.
        columns = _to_columns(rows)
        for name, column in columns.items():
            self.coverage[name] += sum(map(bool, column))

        for name in COUNTED_FIELDS:
            given = filter(None, columns[name])
            _update(self.values[name], given)
        self.title_lengths.update(map(len, columns["title"]))
        self._count_prices(columns["price"], columns["currency"])

    def count_cells(self, row: Row) -> None:
        """Count the used and dropped cells of an accepted row, and the records that it holds."""
        self.used[row.used] += 1
        self.rows["read"] += row.merged
        self.rows["merged"] += row.merged

        for cell in row.cut:
            self.cut[cell.field] += 1
        for cell in row.dropped:
            reason = _VALUE.sub("…", cell.reason)
            self.examples.setdefault((cell.field, reason), cell.reason)
            _update(self.dropped[cell.field], [reason])

    def cells(self) -> dict[str, dict[str, Any]]:
        """Return the number of cells of each field: ``read``, of them ``used`` and ``dropped``.

        Where cells are dropped, the commonest ``reason`` is there too, with an example.
        """
        used: Counter[str] = Counter()
        for fields, n_rows in self.used.items():
            used.update(dict.fromkeys(fields, n_rows))

        counts: dict[str, dict[str, Any]] = {}
        for name in FIELDS:
            n_used, n_dropped = used[name], self.dropped[name].total()
            if n_used or n_dropped:
                counts[name] = {
                    "read": n_used + n_dropped,
                    "used": n_used,
                    "dropped": n_dropped,
                }
            if self.cut[name]:
                counts[name]["cut"] = self.cut[name]
            if n_dropped:
                counts[name]["reason"] = self._commonest(name)
        return counts

    def _commonest(self, name: str) -> str:
        """Return the commonest reason of a field's dropped cells, as its first cell had it."""
        ((reason, _),) = self.dropped[name].most_common(1)
        return self.examples[name, reason]

    def count_rejected(self, raw: RawRow, reasons: Iterable[str]) -> None:
        """Count one rejected row with its reasons, and the records that it holds."""
        n_records = 1 + raw.merged
        self.rows["read"] += n_records
        self.rows["rejected"] += n_records

        # Without the values, since "title '7' ..." and "title '8' ..." are one reason.
        general = [_VALUE.sub("…", reason) for reason in reasons]
        _update(self.rejections, general)

    def count_photo_problems(self, reasons: Iterable[str]) -> None:
        """Count the reasons why photos are not in the snapshot."""
        general = [_NUMBERS.sub("…", reason) for reason in reasons]
        _update(self.photo_problems, general)

    def _count_prices(
        self, prices: Sequence[float | None], currencies: Sequence[str]
    ) -> None:
        for price, currency in zip(prices, currencies, strict=True):
            if price is not None:
                # Logarithmic bins bound the number of counters at any range of prices.
                bin_ = round(math.log(price) * BINS_PER_UNIT)
                self.prices[currency][bin_] += 1


def _to_columns(rows: Sequence[ShardRow]) -> dict[str, tuple[Any, ...]]:
    values = zip(*rows, strict=True)
    return dict(zip(_NAMES, values, strict=True))


def _update(counter: Counter[str], values: Iterable[str]) -> None:
    """Count values, and drop the rarest half of them when there are too many."""
    counter.update(values)
    if len(counter) > MAX_VALUES:
        kept = counter.most_common(MAX_VALUES // 2)
        counter.clear()
        counter.update(dict(kept))
