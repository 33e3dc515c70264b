"""One field that a model answers, as a report shows it: figures, slices, curves, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Ints
from common.listing import Listing
from models.evaluation.outcomes import Outcome
from models.evaluation.views import EARLY, FULL, View
from pipelines.evaluation import figures, reliability, slices, worst
from pipelines.evaluation.figures import MeasuredMetric
from pipelines.evaluation.reliability import Point
from pipelines.evaluation.scoring import metrics
from pipelines.evaluation.slices import Slice, Training
from pipelines.evaluation.worst import Mistake

MIN_SLICE_ROWS = 20
"""A slice with fewer rows is shown without an interval."""

SLICED_METRICS = ("top1", "top5", "rmsle", "coverage")
"""Names of the metrics that are shown by slice."""

N_MISTAKES = 12
"""Mistakes in the model's main field that are shown; in others half as many."""

Sides = tuple[Outcome, Outcome | None]
"""Outcomes of A, and of B where there is one, on the same rows in the same order."""


@dataclass(frozen=True, slots=True)
class Part:
    """Early figures of one slice."""

    dimension: str
    name: str
    rows: int
    figures: tuple[MeasuredMetric, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model.

    Attributes:
        name: the field of a listing.
        is_price: whether the answer is a price with its interval.
        early: figures with the early context of a listing.
        full: figures with every other field confirmed.
        parts: early figures of every slice.
        curves: early reliability curves, of A and then of B.
        mistakes: the worst early answers of A.
    """

    name: str
    is_price: bool
    early: tuple[MeasuredMetric, ...]
    full: tuple[MeasuredMetric, ...]
    parts: tuple[Part, ...]
    curves: tuple[tuple[Point, ...], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def headline(self) -> MeasuredMetric:
        """The figure that matters most."""
        return self.early[0]


def describe(
    outcomes: Sequence[Sequence[Outcome]],
    listings: Sequence[Listing],
    training: Training,
) -> tuple[Field, ...]:
    """Describe every field that all sides answer; ``outcomes`` are those of A, and of B if any."""
    described = []
    for outcome in outcomes[0]:
        if outcome.view is not EARLY:
            continue  # every field once

        early = _select(outcomes, outcome.field, EARLY)
        full = _select(outcomes, outcome.field, FULL)
        if len(early) == len(full) == len(outcomes):
            field = _describe_field(pair(early), pair(full), listings, training)
            described.append(field)
    return tuple(described)


def _select(
    outcomes: Sequence[Sequence[Outcome]], field: str, view: View
) -> list[Outcome]:
    """The outcomes of one field in one view, of the sides that answer it."""
    selected = []
    for side in outcomes:
        for outcome in side:
            if outcome.field == field and outcome.view is view:
                selected.append(outcome)
    return selected


def pair(sides: Sequence[Outcome]) -> Sides:
    """Keep the listings that all sides answered, in the same order; there are one or two sides."""
    if len(sides) == 1:
        return sides[0], None

    a, b = sides
    _, rows_of_a, rows_of_b = np.intersect1d(a.rows, b.rows, return_indices=True)
    return _keep(a, rows_of_a), _keep(b, rows_of_b)


def keep_listings(outcome: Outcome, listings: Ints) -> Outcome:
    """Keep the rows of an outcome that are among some listings, by their indices."""
    return _keep(outcome, np.flatnonzero(np.isin(outcome.rows, listings)))


def by_slice(sides: Sides, parts: Sequence[Slice]) -> tuple[Part, ...]:
    """Figures of every slice, whose rows are indices into those of the outcomes."""
    a, b = sides
    wanted = [metric for metric in metrics(a) if metric.name in SLICED_METRICS]

    measured = []
    for part in parts:
        part_figures = figures.measure(
            wanted,
            a.take(part.rows),
            b.take(part.rows) if b else None,
            MIN_SLICE_ROWS,
        )
        measured.append(
            Part(
                dimension=part.dimension,
                name=part.name,
                rows=len(part.rows),
                figures=part_figures,
            )
        )
    return tuple(measured)


def _describe_field(
    early: Sides, full: Sides, listings: Sequence[Listing], training: Training
) -> Field:
    a, b = early
    parts = slices.cut([listings[row] for row in a.rows], training)
    n_mistakes = N_MISTAKES if a.is_main else N_MISTAKES // 2

    return Field(
        name=a.field,
        is_price=a.is_price,
        early=_figures(early),
        full=_figures(full),
        parts=by_slice(early, parts),
        curves=tuple(reliability.curve(side) for side in early if side),
        mistakes=worst.find(a, b, listings, n_mistakes),
    )


def _figures(sides: Sides) -> tuple[MeasuredMetric, ...]:
    a, b = sides
    return figures.measure(metrics(a), a.columns, b.columns if b else None)


def _keep(outcome: Outcome, rows: Ints) -> Outcome:
    suggestions = outcome.suggestions
    return replace(
        outcome,
        rows=outcome.rows[rows],
        columns=outcome.take(rows),
        suggestions=tuple(suggestions[row] for row in rows) if suggestions else (),
    )
