"""Our shipping model on a fold: trained with its encoder, and asked as it is served."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import models
from benchmarks.shared.folds import Fold
from benchmarks.shared.training import train_and_load
from benchmarks.shipping.figures import Fees, Floats
from common.errors import InputError
from common.listing import PAYERS, Suggestion
from models.evaluation.views import early_context, full_context, predict_in_batches

CONTEXTS = ("early", "full")
"""With title, description and condition alone, and with every other field confirmed."""


def train_ours(fold: Fold, folder: Path) -> models.Predictor:
    """Train the shipping model in a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return train_and_load("shipping", fold.snapshot, folder)


def ask_ours(predictor: models.Predictor, fold: Fold) -> dict[str, list[Suggestion]]:
    """Return the suggestions for the test rows in each context."""
    hidden = models.outputs("shipping")
    rows = {
        "early": early_context(fold.test),
        "full": full_context(fold.test, *hidden),
    }
    return {
        context: predict_in_batches(predictor, listings)
        for context, listings in rows.items()
    }


def fees_of_suggestions(suggestions: Sequence[Suggestion]) -> Fees:
    """The suggested fees with their intervals; raises InputError where one was not learned."""
    ranges = []
    for suggestion in suggestions:
        found = suggestion.range_of("shipping_fee")
        if found is None:
            raise InputError("the rows are too few to learn fees from: see --tables")
        ranges.append((found.median, found.low, found.high))
    return Fees(*np.array(ranges, np.float64).T)


def scores_of_suggestions(suggestions: Sequence[Suggestion]) -> Floats:
    """The probabilities ``[rows]`` that the seller pays."""
    scores = []
    for suggestion in suggestions:
        candidates = suggestion.candidates.get("shipping_payer", ())
        scores.append(sum(c.probability for c in candidates if c.value == PAYERS[0]))
    return np.array(scores, np.float64)
