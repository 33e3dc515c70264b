"""The section of a model card about the rows the model was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.snapshot import Snapshot

SPLITS = ("train", "validation", "test")

UNLISTED = ("listing_id", "title", "description", "photos", "seller_id", "listed_at", "sold_at")
"""Columns that are no labels, or have a sentence of their own."""

MAX_SHOWN = 12
"""Values that are named in a sentence, the most frequent ones."""

NOT_SAID = "not said"
"""The language of a row without one."""


def describe_data(snapshot: Snapshot) -> list[str]:
    """Lines of Markdown: rows by split, dates, languages, currencies, and how many have a label."""
    manifest = snapshot.manifest
    rows = {split: snapshot.count(split) for split in SPLITS}
    split_sizes = ", ".join(f"{count} {split}" for split, count in rows.items())

    labels = {name: n for name, n in manifest.coverage.items() if name not in UNLISTED}
    currencies = manifest.currencies
    languages = _languages(snapshot)

    sentences = [
        f"Snapshot `{snapshot.id}` of {manifest.created_at[:10]}: {split_sizes} rows.",
        "No test row was learned from. Models calibrate on validation rows, then learn from them.",
        *_dates(snapshot),
        *_shares("Rows that have a label", labels, sum(rows.values())),
        *_shares("Currencies of prices", currencies, sum(currencies.values())),
        *_shares("Languages of training rows", languages, sum(languages.values())),
    ]
    return "\n\n".join(sentences).split("\n")


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
        counts.update(cell or NOT_SAID for cell in cells)
    return counts if set(counts) - {NOT_SAID} else {}


def _shares(title: str, counts: Mapping[str, int], total: int) -> Iterator[str]:
    """A sentence of percentages, the most frequent first; none where there is nothing."""
    if not counts or not total:
        return
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shares = [f"{name} {count / total:.0%}" for name, count in ranked[:MAX_SHOWN]]
    yield f"{title}: {', '.join(shares)}."
