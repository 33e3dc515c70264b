"""Outcomes: how a model did on every listing, field by field and view by view.

Each row is predicted once a view, and all metrics, slices and intervals are computed from what is
kept here. A model is known by the fields it answers: those that it ranks candidates for, and a
price if it states one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from common.arrays import Ints
from common.listing import Listing, Suggestion
from common.progress import Progress, ignore_progress
from models.evaluation.columns import Columns, price_columns, ranked_columns
from models.evaluation.views import (
    EARLY,
    FULL,
    SupportsPredict,
    View,
    predict_in_batches,
    same_currency,
)


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
    rows = _labelled_rows(fields, listings)
    outcomes: list[Outcome] = []

    for number, view in enumerate(views):
        view_fields = fields[:1] if view.main_field_only else fields
        report = partial(_report_view, progress, view, number, len(views))
        suggestions = _predict(predictor, fields, listings, rows, view, report)

        for field in view_fields:
            is_main = field == fields[0]
            answered_field = _outcome(field, is_main, view, listings, suggestions)
            if answered_field is not None:
                outcomes.append(answered_field)

        if view is EARLY:
            # A row without an early outcome (a price in another currency) has none in any view.
            rows = _keep_answered(rows, outcomes)
    return outcomes


def labelled(fields: Sequence[str], listings: Sequence[Listing]) -> list[Listing]:
    """Keep the listings that have a label for any of the fields."""
    return [listing for listing in listings if _has_label(listing, fields)]


def _labelled_rows(fields: Sequence[str], listings: Sequence[Listing]) -> list[int]:
    """Indices of the rows with a label for any field.

    Those with a label for the main field come first: their batches, and with them the last bits
    of their probabilities, do not depend on which rows have labels for other fields alone.
    """
    with_main: list[int] = []
    others: list[int] = []
    for row, listing in enumerate(listings):
        if _has_label(listing, fields[:1]):
            with_main.append(row)
        elif _has_label(listing, fields):
            others.append(row)
    return with_main + others


def _keep_answered(rows: Sequence[int], outcomes: Sequence[Outcome]) -> list[int]:
    """The rows that are in any of the outcomes, in their order."""
    answered: set[int] = set()
    for outcome in outcomes:
        answered.update(outcome.rows.tolist())
    return [row for row in rows if row in answered]


def _has_label(listing: Listing, fields: Sequence[str]) -> bool:
    return any(getattr(listing, field) is not None for field in fields)


def _predict(
    predictor: SupportsPredict,
    fields: Sequence[str],
    listings: Sequence[Listing],
    rows: Sequence[int],
    view: View,
    progress: Progress,
) -> dict[int, Suggestion]:
    """Predict the rows that a view applies to; return suggestions by row."""
    labels = fields[:1] if view.main_field_only else fields
    view_rows = []
    for row in rows:
        listing = listings[row]
        if view.applies(listing) and _has_label(listing, labels):
            view_rows.append(row)

    visible = view.show([listings[row] for row in view_rows])
    without_answers = [listing.without(*fields) for listing in visible]
    suggestions = predict_in_batches(predictor, without_answers, progress=progress)
    return dict(zip(view_rows, suggestions, strict=True))


def _report_view(
    progress: Progress, view: View, number: int, n_views: int, message: str, fraction: float
) -> None:
    """Report the progress of one view as a part of all."""
    done = (number + fraction) / n_views
    progress(f"{message}, {view.name}", done)


def _outcome(
    field: str,
    is_main: bool,
    view: View,
    listings: Sequence[Listing],
    suggestions: Mapping[int, Suggestion],
) -> Outcome | None:
    """The outcome of one field; ``suggestions`` are by the rows that were predicted."""
    labelled_rows = [row for row in sorted(suggestions) if _has_label(listings[row], [field])]
    is_ranked = any(suggestions[row].candidates.get(field) for row in labelled_rows)
    rows = labelled_rows if is_ranked else _same_currency(labelled_rows, listings, suggestions)
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
        # Only the worst early answers are shown to anybody.
        suggestions=answers if view is EARLY else (),
    )


def _same_currency(
    rows: Sequence[int], listings: Sequence[Listing], suggestions: Mapping[int, Suggestion]
) -> list[int]:
    """The rows whose own price can be compared with the suggested one."""
    comparable = []
    for row in rows:
        if same_currency(listings[row], suggestions[row].price):
            comparable.append(row)
    return comparable


def _columns(
    field: str, labels: Sequence[Any], answers: Sequence[Suggestion], is_ranked: bool
) -> Columns:
    if is_ranked:
        return ranked_columns(field, list(map(str, labels)), answers)
    return price_columns(labels, answers)
