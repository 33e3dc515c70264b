"""Measures the category model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from common import metrics
from common.listing import CATEGORY_SEPARATOR, Listing, Suggestion
from models.category.config import OUTPUTS
from models.evaluation import evaluate_ranking, predict_in_batches

if TYPE_CHECKING:
    from models import Predictor

TYPED_CHARACTERS = (10, 20)
"""Characters of the title that are there when it is measured what is suggested as one types."""


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return accuracies and calibration on rows with a category, shown cold and warm.

    Cold is title, description, photos and condition; warm is everything but the category.
    ``typed_10_top5`` is that of the first 10 characters of the title and nothing else; what the
    model commits to is measured by ``measure_committed``.
    """
    found = evaluate_ranking(predictor, listings, "category", OUTPUTS, measure_committed)
    titled = [row for row in listings if row.category is not None and row.title]
    for length in TYPED_CHARACTERS if titled else ():
        answers = predict_in_batches(predictor, [_typed(row, length) for row in titled])
        ranked = [[each.value for each in said.candidates.get("category", ())] for said in answers]
        wanted = [str(row.category) for row in titled]
        found[f"typed_{length}_top5"] = metrics.top_k_accuracy(wanted, ranked, 5)
    return found


def measure_committed(
    listings: Sequence[Listing], answers: Sequence[Suggestion]
) -> dict[str, float]:
    """Measure the paths that a model is sure of, its ``category_committed``.

    ``committed`` is the share of rows that have one, ``committed_at_leaf`` that of rows whose path
    is one of the ranked leaves, and ``committed_right`` the share of committed paths that the true
    one equals or lies below; it is left out where nothing is committed to.
    """
    right, leaves = [], []
    for listing, said in zip(listings, answers, strict=True):
        sure = [each.value for each in said.candidates.get("category_committed", ())]
        if sure:
            path = f"{listing.category}{CATEGORY_SEPARATOR}"
            right.append(path.startswith(f"{sure[0]}{CATEGORY_SEPARATOR}"))
            leaves.append(sure[0] in {each.value for each in said.candidates.get("category", ())})
    rows = max(len(listings), 1)
    found = {"committed": len(right) / rows, "committed_at_leaf": sum(leaves) / rows}
    return found | ({"committed_right": float(np.mean(right))} if right else {})


def _typed(listing: Listing, length: int) -> Listing:
    return replace(listing.only(), title=listing.title[:length], description="", photos=())
