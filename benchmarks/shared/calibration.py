"""Calibration of stated probabilities, over the test rows of all folds together.

A fold has so few test rows that chance alone looks like an error: of 1,600 rows in 15 bins even
true probabilities seem about .03 off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import models
from benchmarks.shared.protocol import FULL_PREFIX
from common import metrics
from common.listing import Listing, Suggestion
from models.evaluation.views import (
    SupportsPredict,
    early_context,
    full_context,
    predict_in_batches,
)

Confidence = Mapping[str, Sequence[float]]
"""``is_right``, 1 or 0 a row, and ``confidence``, the stated probability of the first answer."""


def confidence_of(
    model: str, predictor: SupportsPredict, test: Sequence[Listing]
) -> Iterator[tuple[str, Confidence]]:
    """Yield a calibration metric and the confidence of the first answers, in either context.

    The first output of a model counts; the price model states no probabilities.
    """
    outputs = models.outputs(model)
    field = outputs[0]
    if field == "price":
        return

    rows = [row for row in test if getattr(row, field) is not None]
    contexts = {
        "": early_context(rows),
        FULL_PREFIX: full_context(rows, *outputs),
    }
    for prefix, inputs in contexts.items():
        suggestions = predict_in_batches(predictor, inputs)
        yield (
            f"{model} {prefix}calibration_error",
            _confidence(suggestions, rows, field),
        )


def _confidence(
    suggestions: Sequence[Suggestion], labelled: Sequence[Listing], field: str
) -> Confidence:
    is_right, confidence = [], []
    for suggestion, row in zip(suggestions, labelled, strict=True):
        best = suggestion.candidates[field][0]
        truth = getattr(row, field)
        is_right.append(float(best.value == truth))
        confidence.append(best.probability)
    return {"is_right": is_right, "confidence": confidence}


def pooled_error(folds: Sequence[Confidence]) -> float:
    """The expected calibration error over the rows of all folds."""
    is_right: list[float] = []
    confidence: list[float] = []
    for fold in folds:
        is_right += fold["is_right"]
        confidence += fold["confidence"]
    return float(metrics.expected_calibration_error(is_right, confidence))


def accuracy_of_surest(folds: Sequence[Confidence], share: float) -> float:
    """Accuracy of the most confident answers, a ``share`` of all."""
    answers = []
    for fold in folds:
        pairs = zip(fold["confidence"], fold["is_right"], strict=True)
        for confidence, is_right in pairs:
            answers.append((-confidence, is_right))

    # Of equal confidence the wrong ones come first, so that ties never flatter a model.
    answers.sort()
    surest = answers[: round(share * len(answers))]
    n_right = sum(is_right for _, is_right in surest)
    return n_right / max(len(surest), 1)
