"""Measures the brand model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from common.evaluation import answer, measure_ranking, show_cold
from common.listing import NO_BRAND, Listing
from models.brand.config import OUTPUTS

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return accuracies over all rows with a known brand field, and recall and precision.

    ``recall`` is the share of branded rows whose brand comes first; ``precision`` the share of
    suggested brands that are right; both cold, "no brand" being neither.
    """
    found = measure_ranking(predictor, listings, "brand", hidden=OUTPUTS)
    rows = [listing for listing in listings if listing.brand is not None]
    truth = np.array([row.brand for row in rows])
    answers = answer(predictor, show_cold(rows))
    first = np.array([each.candidates["brand"][0].value for each in answers])
    branded, named = truth != NO_BRAND, first != NO_BRAND
    if branded.any():
        found["recall"] = float(np.mean(first[branded] == truth[branded]))
    if named.any():
        found["precision"] = float(np.mean(first[named] == truth[named]))
    return found
