"""What a model card says of the rows it was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.snapshot import Snapshot

SPLITS = ("train", "validation", "test")

UNLISTED = ("listing_id", "title", "description", "photos", "seller_id", "listed_at", "sold_at")
"""Columns that are no labels, or are spoken of apart."""

MAX_SHOWN = 12
"""Kinds that are named, the most frequent ones."""


def describe_data(snapshot: Snapshot) -> list[str]:
    """Lines of Markdown: rows by split, dates, languages, currencies, and how many have a label."""
    manifest = snapshot.manifest
    rows = ", ".join(f"{snapshot.count(split)} {split}" for split in SPLITS)
    total = sum(snapshot.count(split) for split in SPLITS)
    labels = {name: n for name, n in manifest.coverage.items() if name not in UNLISTED}
    languages = _languages(snapshot)
    sentences = [
        f"Snapshot `{snapshot.id}` of {manifest.created_at[:10]}: {rows} rows.",
        "No test row was learned from. Models calibrate on validation rows, then learn from them.",
        *_listed(snapshot),
        *_shares("Rows that have a label", labels, total),
        *_shares("Currencies of prices", manifest.currencies, sum(manifest.currencies.values())),
        *_shares("Languages of training rows", languages, sum(languages.values())),
    ]
    return [line for sentence in sentences for line in ("", sentence)][1:]


def _listed(snapshot: Snapshot) -> Iterator[str]:
    if not snapshot.manifest.coverage.get("listed_at", 1):
        return
    dates = [
        when
        for split in SPLITS
        for (cells,) in snapshot.columns(split, ("listed_at",))
        for when in cells
        if when is not None
    ]
    if dates:
        yield f"Listed from {min(dates):%Y-%m-%d} to {max(dates):%Y-%m-%d}."


def _languages(snapshot: Snapshot) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for (cells,) in snapshot.columns("train", ("language",)):
        counts.update(cell or "not said" for cell in cells)
    return counts if set(counts) - {"not said"} else {}


def _shares(title: str, counts: Mapping[str, int], whole: int) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_SHOWN]
    if ranked and whole:
        yield f"{title}: {', '.join(f'{name} {count / whole:.0%}' for name, count in ranked)}."
