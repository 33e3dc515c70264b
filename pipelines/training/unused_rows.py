"""Which training rows a run will not learn from, and which labels have nothing to tell apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import models
from common.amounts import format_amount
from common.errors import CannotTrain
from common.listing import AMOUNT_FIELDS, CONFIRMABLE
from common.validation.texts import quote

if TYPE_CHECKING:
    from common.snapshot import Snapshot

NO_LABELS = ("currency", "language")
"""Fields that no model answers and no encoder learns: a whole table may have one value."""


@dataclass(slots=True)
class _Labels:
    """What the training rows say in one field.

    Attributes:
        values: number of rows by value; only the first few values of prices are kept.
        currencies: number of rows by the currency of their price.
        n_missing: rows without a value.
    """

    values: Counter[Any] = field(default_factory=Counter)
    currencies: Counter[str | None] = field(default_factory=Counter)
    n_missing: int = 0


def describe_unused_rows(snapshot: Snapshot, targets: Sequence[str]) -> list[str]:
    """Return a sentence for each field whose model will leave training rows out, before it trains.

    Raises ``CannotTrain`` for a snapshot without any label at all.
    """
    coverage = snapshot.manifest.coverage
    if not any(coverage.get(name) for name in CONFIRMABLE if name not in NO_LABELS):
        raise CannotTrain(
            "no row of the snapshot has a label, so there is nothing to learn: name the columns"
            " of category, brand, price or others with 'listrec ingest --map category=COLUMN',"
            " and 'listrec ingest --dry-run' shows which columns were recognised"
        )

    names = [target for target in targets if target in models.NAMES]
    fields = [name for model in names for name in models.outputs(model)]
    if not fields:
        return []
    labels = _count(snapshot, fields)
    return [
        sentence
        for name in fields
        for sentence in _describe(name, labels[name], snapshot.count("train"))
    ]


def _count(snapshot: Snapshot, fields: Sequence[str]) -> dict[str, _Labels]:
    """Count the values of some fields over the training rows, shard by shard."""
    labels = {name: _Labels() for name in fields}
    for *columns, currencies in snapshot.columns("train", (*fields, "currency")):
        for name, column in zip(fields, columns, strict=True):
            counted = labels[name]
            counts = Counter(column)
            counted.n_missing += counts.pop(None, 0)
            if name in AMOUNT_FIELDS:
                priced = zip(column, currencies, strict=True)
                counted.currencies.update(own for price, own in priced if price)
                # Two prices are enough to know that they differ: there may be a million.
                counts = Counter(dict(counts.most_common(2)))
            counted.values += counts
    return labels


def _describe(name: str, labels: _Labels, n_rows: int) -> Iterator[str]:
    """Yield what is to be said of one field: no label, one label, rows that are not used."""
    words = name.replace("_", " ")
    if labels.n_missing == n_rows:
        yield f"{words}: none of the {n_rows:,} training rows has one"
        return

    if len(labels.values) == 1:
        n_labelled = n_rows - labels.n_missing
        yield (
            f"{words}: each of the {n_labelled:,} training rows that have one says"
            f" {_only_value(name, labels)}, so that there is nothing to tell apart"
        )

    unused = dict(_foreign(labels))
    if labels.n_missing:
        unused[f"without a {words}"] = labels.n_missing
    if unused:
        yield f"{words}: {_describe_counts(unused, n_rows)}"


def _only_value(name: str, labels: _Labels) -> str:
    """Show the value that all labels of a field have."""
    [value] = labels.values
    if name in AMOUNT_FIELDS:
        return format_amount(value, _main_currency(labels))
    return quote(str(value))


def _describe_counts(unused: Mapping[str, int], n_rows: int) -> str:
    """Say how many rows are used, and how many are not, by reason."""
    n_used = n_rows - sum(unused.values())
    clauses = [f"{count:,} {reason}" for reason, count in unused.items()]
    return (
        f"{n_used:,} of the {n_rows:,} training rows are used;"
        f" not used: {', '.join(clauses)}"
    )


def _foreign(labels: _Labels) -> Iterator[tuple[str, int]]:
    """Yield the currencies that the model will not learn from, in words, with their rows."""
    main = _main_currency(labels)
    for currency, count in _foreign_counts(labels).most_common():
        yield (
            f"priced in {currency} (the model answers in {main}, the commonest)",
            count,
        )


def _foreign_counts(labels: _Labels) -> Counter[str]:
    main = _main_currency(labels)
    counts: Counter[str] = Counter()
    for currency, count in labels.currencies.items():
        if currency and currency != main:
            counts[currency] = count
    return counts


def _main_currency(labels: _Labels) -> str:
    named = [(name, count) for name, count in labels.currencies.most_common() if name]
    return named[0][0] if named else "USD"
