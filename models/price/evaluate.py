"""Evaluates the price model."""

from __future__ import annotations

from collections.abc import Sequence

from common.listing import Listing
from common.progress import Progress, ignore_progress
from models.evaluation.outcomes import collect_outcomes
from models.evaluation.scoring import (
    ABSTAINED,
    COVERED,
    MEDIAN_BASELINE,
    R2,
    RMSLE,
    WIDTH,
    Evaluation,
    measure_main,
)
from models.evaluation.views import (
    EARLY,
    FULL,
    PHOTO_ALONE,
    TEXT_ALONE,
    SupportsPredict,
)
from models.price.config import OUTPUTS

CONTEXT_METRICS = (RMSLE, R2, COVERED, WIDTH, ABSTAINED)

METRICS = {
    EARLY: CONTEXT_METRICS,
    FULL: CONTEXT_METRICS,
    TEXT_ALONE: (R2,),
    PHOTO_ALONE: (R2,),
}


def evaluate(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Return errors of the median and coverage and width of the interval, early and full.

    ``rmsle`` and ``r2`` are those of ``log1p(price)``, ``width`` is the median quotient of the
    interval's ends, ``baseline`` the RMSLE of always answering the median of these very rows,
    ``lift`` the quotient of ``baseline`` and ``rmsle``. Rows priced in another currency than the
    model answers in are left out.
    """
    views = tuple(METRICS)
    outcomes = collect_outcomes(
        predictor,
        OUTPUTS,
        listings,
        views,
        progress,
    )
    measured = measure_main(outcomes, METRICS, MEDIAN_BASELINE)
    return Evaluation(measured, tuple(outcomes))
