"""How far stated probabilities are off, over the test rows of all folds together.

A fold has so few test rows that chance alone looks like an error: of 1,600 rows in 15 bins even
true probabilities seem about .03 off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import models
from common import metrics
from common.listing import Listing
from models.evaluation.views import SupportsPredict, early_context, full_context, predict_in_batches

Confidence = Mapping[str, Sequence[float]]
"""Of each row ``right``, 1 or 0, and ``sure``, how probable its first answer was said to be."""


def confidence_of(
    model: str, predictor: SupportsPredict, test: Sequence[Listing]
) -> Iterator[tuple[str, Confidence]]:
    """Yield the metric of a model and its first answers, of cold and of warm rows.

    Its first field is looked at; a model of prices states no probabilities.
    """
    hidden = models.outputs(model)
    field = hidden[0]
    if field == "price":
        return
    rows = [row for row in test if getattr(row, field) is not None]
    for prefix, shown in (("", early_context(rows)), ("warm_", full_context(rows, *hidden))):
        first = [said.candidates[field][0] for said in predict_in_batches(predictor, shown)]
        right = [
            float(best.value == getattr(row, field)) for best, row in zip(first, rows, strict=True)
        ]
        sure = [best.probability for best in first]
        yield f"{model} {prefix}calibration_error", {"right": right, "sure": sure}


def pooled_error(folds: Sequence[Confidence]) -> float:
    """The expected calibration error over the rows of all folds."""
    right = [value for fold in folds for value in fold["right"]]
    return metrics.expected_calibration_error(
        right, [value for fold in folds for value in fold["sure"]]
    )


def surest(folds: Sequence[Confidence], share: float) -> float:
    """How often the surest answers are right, that share of all."""
    rows = sorted(
        (-sure, right)
        for fold in folds
        for sure, right in zip(fold["sure"], fold["right"], strict=True)
    )
    kept = rows[: round(share * len(rows))]
    return sum(right for _, right in kept) / max(len(kept), 1)
