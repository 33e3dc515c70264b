"""Evaluates the category model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from common.listing import Listing
from common.progress import Progress, ignore_progress
from models.category.config import OUTPUTS
from models.evaluation.outcomes import collect_outcomes
from models.evaluation.scoring import (
    ABSTAINED,
    CALIBRATION_ERROR,
    COMMITTED,
    COMMITTED_AT_LEAF,
    COMMITTED_RIGHT,
    MAJORITY_BASELINE,
    TOP1,
    TOP5,
    Evaluation,
    measure,
    measure_main,
)
from models.evaluation.views import (
    EARLY,
    FULL,
    PHOTO_ALONE,
    TEXT_ALONE,
    SupportsPredict,
    View,
)

TYPED_CHARACTERS = (10, 20)
"""Characters of the title that a seller has typed when it is measured what is suggested then."""


def typed_view(length: int) -> View:
    """View listings by the first ``length`` characters of their title and nothing else."""

    return View(
        f"typed {length}",
        f"typed_{length}_",
        partial(_show_typed, length),
        _has_title,
        main_field_only=True,
    )


def _show_typed(length: int, listings: Sequence[Listing]) -> list[Listing]:
    typed = []
    for listing in listings:
        bare = replace(listing.only(), description="", photos=())
        typed.append(replace(bare, title=listing.title[:length]))
    return typed


def _has_title(listing: Listing) -> bool:
    return bool(listing.title)


CONTEXT_METRICS = (
    TOP1,
    TOP5,
    CALIBRATION_ERROR,
    ABSTAINED,
    COMMITTED,
    COMMITTED_AT_LEAF,
    COMMITTED_RIGHT,
)

METRICS = {
    EARLY: CONTEXT_METRICS,
    FULL: CONTEXT_METRICS,
    TEXT_ALONE: (TOP1, TOP5),
    PHOTO_ALONE: (TOP1, TOP5),
}

TYPED_METRICS = {typed_view(length): (TOP5,) for length in TYPED_CHARACTERS}


def evaluate(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Return accuracies and calibration on rows with a category, in early and full context.

    ``top1`` and ``top5`` are accuracies, ``baseline`` that of always answering the most frequent
    category of these very rows, ``lift`` the quotient of ``top1`` and ``baseline``.
    ``calibration_error`` is that of the first candidate, ``committed`` the share of rows with a
    path that the model commits to, ``committed_at_leaf`` the share whose path is one of the ranked
    leaves, ``committed_right`` the share of those paths that the true one equals or lies below; it
    is left out where there is none. ``typed_10_top5`` shows the first 10 characters of the title.
    """
    views = (*METRICS, *TYPED_METRICS)
    outcomes = collect_outcomes(
        predictor,
        OUTPUTS,
        listings,
        views,
        progress,
    )

    measured = measure_main(outcomes, METRICS, MAJORITY_BASELINE)
    return Evaluation(measured | measure(outcomes, TYPED_METRICS), tuple(outcomes))
