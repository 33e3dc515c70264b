"""The section of a model card about the rows the model was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelines.reports.choices import describe_choices

if TYPE_CHECKING:
    from common.snapshot import Snapshot

SPLITS = ("train", "validation", "test")

UNLISTED = (
    "listing_id",
    "title",
    "description",
    "photos",
    "seller_id",
    "listed_at",
    "sold_at",
)
"""Columns that are no labels, or have a sentence of their own."""

MAX_SHOWN = 12
"""Values that are named in a sentence, the most frequent ones."""

NOT_STATED = "not said"
"""The language of a row without one."""


def describe_data(snapshot: Snapshot) -> list[str]:
    """Lines of Markdown: rows by split, dates, languages, currencies, and how many have a label.

    Of rows that sellers listed beside suggestions also how their labels came about.
    """
    currencies = snapshot.manifest.currencies
    languages = _languages(snapshot)
    sentences = [
        _rows(snapshot),
        "No test row was learned from. Models calibrate on validation rows, then learn from them.",
        *_dates(snapshot),
        *_labels(snapshot),
        *_shares("Currencies of prices", currencies, sum(currencies.values())),
        *_shares("Languages of training rows", languages, sum(languages.values())),
        *describe_choices(snapshot.manifest.source),
    ]
    return "\n\n".join(sentences).split("\n")


def _rows(snapshot: Snapshot) -> str:
    sizes = [f"{snapshot.count(split)} {split}" for split in SPLITS]
    date = snapshot.manifest.created_at[:10]
    return f"Snapshot `{snapshot.id}` of {date}: {', '.join(sizes)} rows."


def _labels(snapshot: Snapshot) -> Iterator[str]:
    labels = {}
    for name, count in snapshot.manifest.coverage.items():
        if name not in UNLISTED:
            labels[name] = count

    total = sum(snapshot.count(split) for split in SPLITS)
    return _shares("Rows that have a label", labels, total)


def _dates(snapshot: Snapshot) -> Iterator[str]:
    # Older snapshots do not count their dates: those are read.
    if not snapshot.manifest.coverage.get("listed_at", 1):
        return

    dates = []
    for split in SPLITS:
        for (cells,) in snapshot.columns(split, ("listed_at",)):
            dates += [date for date in cells if date is not None]
    if dates:
        yield f"Listed from {min(dates):%Y-%m-%d} to {max(dates):%Y-%m-%d}."


def _languages(snapshot: Snapshot) -> Mapping[str, int]:
    """Training rows by language; empty where no row says its language."""
    counts: Counter[str] = Counter()
    for (cells,) in snapshot.columns("train", ("language",)):
        counts.update(cell or NOT_STATED for cell in cells)
    return counts if set(counts) - {NOT_STATED} else {}


def _shares(title: str, counts: Mapping[str, int], total: int) -> Iterator[str]:
    """A sentence of percentages, the most frequent first; none where there is nothing."""
    if not counts or not total:
        return
    frequent = sorted(counts, key=lambda name: (-counts[name], name))
    shares = []
    for name in frequent[:MAX_SHOWN]:
        share = counts[name] / total
        shares.append(f"{name} {share:.0%}")
    yield f"{title}: {', '.join(shares)}."
