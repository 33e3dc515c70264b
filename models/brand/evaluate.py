"""Measures the brand model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common import metrics
from common.evaluation import answer, measure_ranking, show_cold
from common.listing import NO_BRAND, Listing
from models.brand.config import OUTPUTS

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return accuracies over all rows with a known brand field, and recall and precision.

    These are those of ``metrics.measure_shown``, cold: ``recall`` is the share of branded rows
    whose brand comes first, ``precision`` the share of suggested brands that are right.
    """
    found = measure_ranking(predictor, listings, "brand", hidden=OUTPUTS)
    rows = [listing for listing in listings if listing.brand is not None]
    pairs = []
    for said in answer(predictor, show_cold(rows)):
        ranked = said.candidates.get("brand", ())
        pairs.append(([each.value for each in ranked], [each.probability for each in ranked]))
    return found | metrics.measure_shown([str(row.brand) for row in rows], pairs, NO_BRAND)
