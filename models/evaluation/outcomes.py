"""Outcomes: how a model did on every listing, field by field and view by view.

A row is predicted once a view, also for several fields with labels on the same rows, and all
metrics, slices and intervals are computed from what is kept here. A model is known by the fields
it answers: those that it ranks candidates for, and a price if it states one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from common.arrays import Ints
from common.listing import AMOUNT_FIELDS, Listing, Suggestion
from common.progress import Progress, ignore_progress
from models.evaluation.columns import Columns, amount_columns, ranked_columns
from models.evaluation.views import (
    EARLY,
    FULL,
    SupportsPredict,
    View,
    predict_in_batches,
    same_currency,
)

Rows = tuple[int, ...]
"""Indices of listings."""

SuggestionsByRow = Mapping[int, Suggestion]
"""The answers of some listings, by their indices."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a model did on one field, in one view of the listings.

    Attributes:
        field: the field of a listing that was suggested.
        is_main: whether it is the model's main field.
        view: how the listings were shown.
        rows: indices of the listings that have the label and an answer to compare it with.
        n_labels: distinct labels among the rows; 0 for a price.
        columns: one number a row for each aspect, see ``models.evaluation.columns``.
        suggestions: the answers, in the order of the rows; kept of the early view only.
    """

    field: str
    is_main: bool
    view: View
    rows: Ints
    n_labels: int
    columns: Columns
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def is_price(self) -> bool:
        """Tell whether the answer is a price with its interval, not ranked candidates."""
        return "winkler" in self.columns

    def take(self, rows: Ints) -> Columns:
        """The columns of some of its rows, by their indices in ``rows``."""
        return {name: values[rows] for name, values in self.columns.items()}


def collect_outcomes(
    predictor: SupportsPredict,
    fields: Sequence[str],
    listings: Sequence[Listing],
    views: Sequence[View] = (EARLY, FULL),
    progress: Progress = ignore_progress,
) -> list[Outcome]:
    """Predict finished listings in every view, the model's own ``fields`` hidden.

    ``fields`` begin with the main one; the first view has to be ``EARLY``. Returns an outcome for
    each view and each field that the model answers, in the order of views and then of fields.
    """
    rows_by_field = {field: _labelled_rows(field, listings) for field in fields}
    outcomes: list[Outcome] = []

    for number, view in enumerate(views):
        report = partial(_report_part, progress, number, len(views), f", {view.name}")
        in_view = _collect_view(
            predictor, fields, listings, rows_by_field, view, report
        )
        outcomes += in_view

        if view is EARLY:
            # A row without an early outcome (a price in another currency) has none in any view.
            rows_by_field = {
                outcome.field: outcome.rows.tolist() for outcome in in_view
            }
    return outcomes


def labelled(fields: Sequence[str], listings: Sequence[Listing]) -> list[Listing]:
    """Keep the listings that have a label for any of the fields."""
    return [listing for listing in listings if _has_label(listing, fields)]


def _labelled_rows(field: str, listings: Sequence[Listing]) -> list[int]:
    return [row for row, listing in enumerate(listings) if _has_label(listing, [field])]


def _has_label(listing: Listing, fields: Sequence[str]) -> bool:
    return any(getattr(listing, field) is not None for field in fields)


def _collect_view(
    predictor: SupportsPredict,
    fields: Sequence[str],
    listings: Sequence[Listing],
    rows_by_field: Mapping[str, Sequence[int]],
    view: View,
    progress: Progress,
) -> list[Outcome]:
    """Predict the labelled rows of every field in one view; return the fields' outcomes.

    Fields that have labels on the same rows share their predictions. Others are predicted in
    batches of their own: the last bits of a row's probabilities depend on its batch, and so the
    metrics of one field would change with the labels of another.
    """
    view_fields = fields[:1] if view.main_field_only else fields
    rows_in_view = {
        field: _rows_of_view(view, listings, rows_by_field.get(field, ()))
        for field in view_fields
    }
    predict = partial(
        _predict,
        predictor,
        fields,
        listings,
        view,
    )
    predicted = _predict_distinct(predict, rows_in_view.values(), progress)

    outcomes = []
    for field, rows in rows_in_view.items():
        outcome = _outcome(
            field,
            field == fields[0],
            view,
            listings,
            predicted[rows],
        )
        if outcome is not None:
            outcomes.append(outcome)
    return outcomes


def _rows_of_view(view: View, listings: Sequence[Listing], rows: Sequence[int]) -> Rows:
    return tuple(row for row in rows if view.applies(listings[row]))


def _predict_distinct(
    predict: Callable[[Rows, Progress], SuggestionsByRow],
    rows_of_fields: Iterable[Rows],
    progress: Progress,
) -> dict[Rows, SuggestionsByRow]:
    """Predict every group of rows once, however many fields have labels on just these rows."""
    distinct = list(dict.fromkeys(rows_of_fields))
    predicted = {}
    for number, rows in enumerate(distinct):
        report = partial(
            _report_part,
            progress,
            number,
            len(distinct),
            "",
        )
        predicted[rows] = predict(rows, report)
    return predicted


def _predict(
    predictor: SupportsPredict,
    fields: Sequence[str],
    listings: Sequence[Listing],
    view: View,
    rows: Rows,
    progress: Progress,
) -> SuggestionsByRow:
    """Predict rows as the view shows them, without ``fields``; return suggestions by row."""
    visible = view.show([listings[row] for row in rows])
    unseen = [listing.without(*fields) for listing in visible]
    suggestions = predict_in_batches(predictor, unseen, progress=progress)
    return dict(zip(rows, suggestions, strict=True))


def _report_part(
    progress: Progress,
    number: int,
    n_parts: int,
    suffix: str,
    message: str,
    fraction: float,
) -> None:
    """Report the progress of one of several parts, which take as long each."""
    progress(f"{message}{suffix}", (number + fraction) / n_parts)


def _outcome(
    field: str,
    is_main: bool,
    view: View,
    listings: Sequence[Listing],
    suggestions: SuggestionsByRow,
) -> Outcome | None:
    """The outcome of one field; ``suggestions`` are by the rows that have its label."""
    # A model that has no candidates for a field in any row states a price, or does not answer it.
    is_ranked = any(
        suggestion.candidates.get(field) for suggestion in suggestions.values()
    )
    rows = list(suggestions)
    if not is_ranked:
        rows = _same_currency(field, listings, suggestions)
    if not rows:
        return None

    labels = [getattr(listings[row], field) for row in rows]
    answers = tuple(suggestions[row] for row in rows)
    return Outcome(
        field=field,
        is_main=is_main,
        view=view,
        rows=np.array(rows, np.int64),
        n_labels=len(set(labels)) if is_ranked else 0,
        columns=_columns(field, labels, answers, is_ranked),
        # Reports list the worst answers of the early view only.
        suggestions=answers if view is EARLY else (),
    )


def _same_currency(
    field: str, listings: Sequence[Listing], suggestions: SuggestionsByRow
) -> list[int]:
    """The rows whose own amount can be compared with the suggested one."""
    if field not in AMOUNT_FIELDS:
        return []
    comparable = []
    for row, suggestion in suggestions.items():
        if same_currency(listings[row], suggestion.range_of(field), field):
            comparable.append(row)
    return comparable


def _columns(
    field: str, labels: Sequence[Any], answers: Sequence[Suggestion], is_ranked: bool
) -> Columns:
    if is_ranked:
        return ranked_columns(field, list(map(str, labels)), answers)
    return amount_columns(field, labels, answers)
