"""Evaluates the brand model."""

from __future__ import annotations

from collections.abc import Sequence

from common.listing import Listing
from common.progress import Progress, ignore_progress
from models.brand.config import OUTPUTS
from models.evaluation.outcomes import collect_outcomes
from models.evaluation.scoring import (
    ABSTAINED,
    CALIBRATION_ERROR,
    MAJORITY_BASELINE,
    PRECISION,
    PRECISION_AT_60,
    RECALL,
    TOP1,
    TOP5,
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

CONTEXT_METRICS = (
    TOP1,
    TOP5,
    CALIBRATION_ERROR,
    ABSTAINED,
    RECALL,
    PRECISION_AT_60,
    PRECISION,
)

METRICS = {
    EARLY: CONTEXT_METRICS,
    FULL: CONTEXT_METRICS,
    TEXT_ALONE: (TOP1, TOP5),
    PHOTO_ALONE: (TOP1, TOP5),
}


def evaluate(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Return accuracies over all rows with a known brand field, and recall and precision.

    ``recall`` is the share of branded rows whose brand comes first, ``precision`` the share of
    suggested brands that are right, ``precision_at_60`` the best precision of a threshold that
    leaves a recall of at least 0.6. Each is left out where the rows do not define it. The other
    metrics are those of every field of ranked candidates, see ``models.category.evaluate``.
    """
    views = tuple(METRICS)
    outcomes = collect_outcomes(
        predictor,
        OUTPUTS,
        listings,
        views,
        progress,
    )
    measured = measure_main(outcomes, METRICS, MAJORITY_BASELINE)
    return Evaluation(measured, tuple(outcomes))
