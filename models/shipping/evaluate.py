"""Evaluates the shipping model."""

from __future__ import annotations

from collections.abc import Sequence

from common.listing import Listing
from common.progress import Progress, ignore_progress
from models.evaluation.outcomes import collect_outcomes
from models.evaluation.scoring import (
    ABSTAINED,
    AUC,
    CALIBRATION_ERROR,
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
)
from models.shipping.config import OUTPUTS

CONTEXT_METRICS = (TOP1, TOP5, CALIBRATION_ERROR, ABSTAINED, AUC)

PAYER_METRICS = {
    EARLY: CONTEXT_METRICS,
    FULL: CONTEXT_METRICS,
    TEXT_ALONE: (TOP1, TOP5),
    PHOTO_ALONE: (TOP1, TOP5),
}

OTHER_METRICS = {EARLY: (TOP1, MAJORITY_BASELINE, CALIBRATION_ERROR), FULL: (TOP1,)}
"""Metrics of the shipping method and of the parcel size."""


def evaluate(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Return AUC and calibration of "the seller pays", and accuracies of method and parcel size.

    A field is measured on the rows that have its label, and left out where the model does not
    answer it; names of metrics of method and size begin with the field's. The other metrics are
    those of every field of ranked candidates, see ``models.category.evaluate``.
    """
    outcomes = collect_outcomes(
        predictor, OUTPUTS, listings, tuple(PAYER_METRICS), progress
    )
    # A shop may have no payers at all: then its method and parcel size are measured alone.
    measured = measure_main(outcomes, PAYER_METRICS, MAJORITY_BASELINE)
    for field in OUTPUTS[1:]:
        of_field = [outcome for outcome in outcomes if outcome.field == field]
        measured |= measure(of_field, OTHER_METRICS)
    return Evaluation(measured, tuple(outcomes))
