"""What there is to say of one field that a model answers: figures, slices, curves, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Ints
from common.listing import Listing
from pipelines.evaluation import figures, reliability, slices, worst
from pipelines.evaluation.figures import Figure
from pipelines.evaluation.outcomes import Outcome
from pipelines.evaluation.reliability import Point
from pipelines.evaluation.scoring import metrics
from pipelines.evaluation.slices import Slice, Training
from pipelines.evaluation.worst import Mistake

MIN_SLICE_ROWS = 20
"""A slice with fewer rows is shown without an interval."""

SLICED = ("top1", "top5", "rmsle", "coverage")
"""Metrics that are shown by slice."""

MISTAKES = 12
"""Of the model's main field; of others half as many are shown."""

Sides = tuple[Outcome, Outcome | None]
"""Outcomes of A, and of B where there is one, on the same rows in the same order."""


@dataclass(frozen=True, slots=True)
class Part:
    """Early figures of one slice."""

    dimension: str
    name: str
    rows: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model; ``curves`` (A, then B) and ``mistakes`` of A are of early listings."""

    name: str
    is_price: bool
    early: tuple[Figure, ...]
    full: tuple[Figure, ...]
    parts: tuple[Part, ...]
    curves: tuple[tuple[Point, ...], ...]
    mistakes: tuple[Mistake, ...]

    @property
    def headline(self) -> Figure:
        """The figure that matters most."""
        return self.early[0]


def describe(
    observed: Sequence[Sequence[Outcome]], listings: Sequence[Listing], training: Training
) -> tuple[Field, ...]:
    """Describe every field that all sides answer; ``observed`` holds the outcomes of each side."""
    sides = [{(each.field, each.is_full): each for each in side} for side in observed]
    fields = dict.fromkeys(outcome.field for outcome in observed[0])
    found = []
    for field in fields:
        if all((field, is_full) in side for side in sides for is_full in (False, True)):
            early, full = (
                pair([side[field, is_full] for side in sides]) for is_full in (False, True)
            )
            found.append(_describe(early, full, listings, training))
    return tuple(found)


def pair(sides: Sequence[Outcome]) -> Sides:
    """Keep the listings that all sides answered, in the same order; there are one or two sides."""
    if len(sides) == 1:
        return sides[0], None
    ours, theirs = sides
    _, mine, other = np.intersect1d(ours.places, theirs.places, return_indices=True)
    return _keep(ours, mine), _keep(theirs, other)


def by_slice(sides: Sides, found: Sequence[Slice]) -> tuple[Part, ...]:
    """Figures of every slice, whose places are among the outcomes' rows."""
    ours, theirs = sides
    wanted = [each for each in metrics(ours) if each.name in SLICED]
    return tuple(
        Part(
            each.dimension,
            each.name,
            len(each.places),
            figures.measure(
                wanted,
                ours.on(each.places),
                theirs.on(each.places) if theirs else None,
                MIN_SLICE_ROWS,
            ),
        )
        for each in found
    )


def _describe(early: Sides, full: Sides, listings: Sequence[Listing], training: Training) -> Field:
    ours, theirs = early
    found = slices.cut([listings[place] for place in ours.places], training)
    return Field(
        ours.field,
        ours.is_price,
        _figures(early),
        _figures(full),
        by_slice(early, found),
        tuple(reliability.curve(side) for side in early if side),
        worst.find(ours, theirs, listings, MISTAKES if ours.main else MISTAKES // 2),
    )


def _figures(sides: Sides) -> tuple[Figure, ...]:
    ours, theirs = sides
    return figures.measure(metrics(ours), ours.columns, theirs.columns if theirs else None)


def _keep(outcome: Outcome, rows: Ints) -> Outcome:
    answers = tuple(outcome.answers[row] for row in rows) if outcome.answers else ()
    return replace(outcome, places=outcome.places[rows], columns=outcome.on(rows), answers=answers)
