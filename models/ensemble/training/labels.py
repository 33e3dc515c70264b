"""What training rows have to learn from, in words, and the error where that is not enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from common.errors import CannotTrain
from common.listing import Listing
from common.nets.label_encoding import fit_classes
from common.validation.texts import quote
from models.ensemble.training.cross_fitting import CROSS_FIT_ROWS

MIN_LABELLED = 10
"""Rows with a label below which there is nothing to fit, to stack and to blend."""

_PLURALS = {"category": "categories", "brand": "brands"}


def fit_labels(
    field: str, rows: Sequence[Listing], validation_rows: Sequence[Listing]
) -> list[str]:
    """Return the classes of a field that the model of its name learns, the most frequent first.

    They are those of the training rows, and of validation rows where members learn from them too.

    Raises:
        CannotTrain: Fewer than two values, or fewer than ``MIN_LABELLED`` rows that have one.
    """
    if reason := missing_labels(field, rows):
        raise CannotTrain(
            f"the {field} model needs training rows of at least two {_PLURALS[field]}: {reason}"
        )
    learned = [*rows, *validation_rows]
    if len(learned) > CROSS_FIT_ROWS:
        learned = list(rows)
    return fit_classes(_labels(field, learned))


def missing_labels(field: str, rows: Sequence[Listing]) -> str:
    """Return why the values of a field cannot be learned, as the end of a sentence.

    It is empty where they can.
    """
    counts = Counter(label for label in _labels(field, rows) if label is not None)
    n_rows, n_labelled = len(rows), counts.total()
    name = _in_words(field)
    if not n_rows:
        return "there are no training rows"
    if not n_labelled:
        return f"none of the {n_rows:,} training rows has a {name}"
    if len(counts) == 1:
        [value] = counts
        return (
            f"every one of the {n_labelled:,} training rows that have a {name} says"
            f" {quote(value)}: there is nothing to tell apart"
        )
    if n_labelled < MIN_LABELLED:
        return (
            f"{n_labelled} of the {n_rows:,} training rows have a {name}, and at least"
            f" {MIN_LABELLED} must"
        )
    return ""


def rows_without(field: str, rows: Sequence[Listing]) -> dict[str, int]:
    """Return the number of rows that are not learned from, by the reason; empty for none."""
    n_missing = _labels(field, rows).count(None)
    return {f"they have no {_in_words(field)}": n_missing} if n_missing else {}


def _labels(field: str, rows: Sequence[Listing]) -> list[str | None]:
    return [getattr(row, field) for row in rows]


def _in_words(field: str) -> str:
    return field.replace("_", " ")
