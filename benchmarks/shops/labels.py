"""Which models can be measured in a shop: those whose labels its rows have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.shared.protocol import TASKS
from common.listing import Listing

MIN_ROWS = 200
"""Labelled rows that a model needs to be measured."""

MIN_OTHERS = 100
"""Rows with another label than the most frequent one; with fewer, a fold has no 20 to tell."""


def measurable_models(rows: Sequence[Listing]) -> tuple[str, ...]:
    """Return the models that have enough labels, in the order of the tasks."""
    fields = {task.model: task.field for task in TASKS}
    models = []
    for model, field in fields.items():
        if _is_enough(rows, field):
            models.append(model)
    return tuple(models)


def has_text(rows: Sequence[Listing]) -> bool:
    """Tell whether any listing has text, without which no peer can answer."""
    return any(row.title or row.description for row in rows)


def _is_enough(rows: Sequence[Listing], field: str) -> bool:
    counts = Counter(getattr(row, field) for row in rows)
    # None stands for a row without a label.
    del counts[None]
    n_labelled = counts.total()
    n_largest = max(counts.values(), default=0)

    n_others = n_labelled - n_largest
    return n_labelled >= MIN_ROWS and n_others >= MIN_OTHERS
