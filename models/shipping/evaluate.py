"""Measures the shipping model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common import metrics
from common.listing import PAYERS, Listing, Suggestion
from models.evaluation import FULL_METRIC_PREFIX, evaluate_ranking, predict_in_batches
from models.shipping.config import OUTPUTS

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return AUC and calibration of "the seller pays", and accuracies of method and parcel size.

    Everything is measured cold and warm (``warm_``) on the rows that have the label; metrics of
    method and size carry the field's name. Without payers ``auc`` is left out.
    """
    found: dict[str, float] = {}
    for field in OUTPUTS:
        rows = [listing for listing in listings if getattr(listing, field) is not None]
        if not rows or not predict_in_batches(predictor, rows[:1])[0].candidates.get(field):
            continue
        if field == "shipping_payer":
            found |= evaluate_ranking(predictor, rows, field, OUTPUTS, _measure_payer)
        else:
            ranking = evaluate_ranking(predictor, rows, field, OUTPUTS)
            kept = ("top1", f"{FULL_METRIC_PREFIX}top1", "baseline", "calibration_error")
            found |= {f"{field}_{name}": ranking[name] for name in kept}
    return found


def _measure_payer(listings: Sequence[Listing], answers: Sequence[Suggestion]) -> dict[str, float]:
    seller = PAYERS[0]
    truth = [float(listing.shipping_payer == seller) for listing in listings]
    chances = [
        sum(each.probability for each in said.candidates["shipping_payer"] if each.value == seller)
        for said in answers
    ]
    return {"auc": metrics.auc(truth, chances)}
