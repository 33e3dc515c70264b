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
    COVERED,
    MAE,
    MAJORITY_BASELINE,
    R2,
    TOP1,
    TOP5,
    WIDTH,
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
from models.shipping.fees import OUTPUT

CONTEXT_METRICS = (TOP1, TOP5, CALIBRATION_ERROR, ABSTAINED, AUC)

PAYER_METRICS = {
    EARLY: CONTEXT_METRICS,
    FULL: CONTEXT_METRICS,
    TEXT_ALONE: (TOP1, TOP5),
    PHOTO_ALONE: (TOP1, TOP5),
}

OTHER_METRICS = {EARLY: (TOP1, MAJORITY_BASELINE, CALIBRATION_ERROR), FULL: (TOP1,)}
"""Metrics of the shipping method and of the parcel size."""

FEE_METRICS = {EARLY: (MAE, R2, COVERED, WIDTH), FULL: (MAE, R2, COVERED, WIDTH)}
"""Metrics of a learned fee."""


def evaluate(
    predictor: SupportsPredict,
    listings: Sequence[Listing],
    progress: Progress = ignore_progress,
) -> Evaluation:
    """Return metrics of "the seller pays", accuracies of method and size, and errors of the fee.

    A field is measured on the rows that have its label, and left out where the model does not
    answer it, as a fee that is not learned is; names of metrics of other fields than the payer
    begin with the field's. The metrics of the fee are those of a price, see
    ``models.price.evaluate``, and ``mae`` in its currency.
    """
    outcomes = collect_outcomes(
        predictor, OUTPUTS, listings, tuple(PAYER_METRICS), progress
    )
    # A shop may have no payers at all: then its method and parcel size are measured alone.
    measured = measure_main(outcomes, PAYER_METRICS, MAJORITY_BASELINE)
    for field in OUTPUTS[1:]:
        of_field = [outcome for outcome in outcomes if outcome.field == field]
        wanted = FEE_METRICS if field == OUTPUT else OTHER_METRICS
        measured |= measure(of_field, wanted)
    return Evaluation(measured, tuple(outcomes))
