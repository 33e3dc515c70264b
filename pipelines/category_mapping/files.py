"""Writes a mapping as CSV, one line for each counterpart."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from common.store.atomic import atomic_file
from pipelines.category_mapping.mapping import MappedCategory

COLUMNS = (
    "source_path",
    "rows",
    "rank",
    "target_path",
    "target_id",
    "probability",
    "committed_path",
    "committed_id",
    "committed_probability",
)
"""Columns of the file; the committed node is the same on all lines of a category."""


def write_mapping(path: Path, mapped: Iterable[MappedCategory]) -> None:
    """Write the counterparts of each category, the best first; the file appears whole or not."""
    with (
        atomic_file(path) as draft,
        draft.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for category in mapped:
            writer.writerows(_lines(category))


def _lines(category: MappedCategory) -> Iterator[tuple[object, ...]]:
    committed = category.committed
    end: tuple[object, ...] = ("", "", "")
    if committed:
        end = (committed.path, committed.id, f"{committed.probability:.4f}")

    for rank, each in enumerate(category.counterparts, start=1):
        probability = f"{each.probability:.4f}"
        start = (category.path, category.rows, rank)
        yield (*start, each.path, each.id, probability, *end)
