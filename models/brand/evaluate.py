"""Measures the brand model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common import metrics
from common.listing import NO_BRAND, Listing, Suggestion
from models.brand.config import OUTPUTS
from models.evaluation import evaluate_ranking

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return accuracies over all rows with a known brand field, and recall and precision.

    These are those of ``metrics.recall_and_precision``: ``recall`` is the share of branded rows
    whose brand comes first, ``precision`` the share of suggested brands that are right.
    """
    return evaluate_ranking(predictor, listings, "brand", OUTPUTS, _measure_shown)


def _measure_shown(listings: Sequence[Listing], answers: Sequence[Suggestion]) -> dict[str, float]:
    pairs = []
    for said in answers:
        ranked = said.candidates.get("brand", ())
        pairs.append(([each.value for each in ranked], [each.probability for each in ranked]))
    return metrics.recall_and_precision([str(row.brand) for row in listings], pairs, NO_BRAND)
