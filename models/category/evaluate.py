"""Measures the category model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from common.evaluation import measure_ranking
from common.listing import Listing
from models.category.config import OUTPUTS

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return accuracies and calibration on rows with a category, shown cold and warm.

    Cold is title, description, photos and condition; warm is everything but the category.
    """
    return measure_ranking(predictor, listings, "category", hidden=OUTPUTS)
