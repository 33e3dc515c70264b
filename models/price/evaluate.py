"""Measures the price model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from common import metrics
from common.listing import Listing
from models.evaluation import (
    FULL_METRIC_PREFIX,
    early_context,
    full_context,
    predict_in_batches,
    same_currency,
    single_modality_views,
)
from models.price.config import OUTPUTS

if TYPE_CHECKING:
    from models import Predictor


def evaluate(predictor: Predictor, listings: Sequence[Listing]) -> dict[str, float]:
    """Return errors of the median and the interval's coverage and width, cold and warm.

    ``rmsle`` and ``r2`` are those of ``log1p(price)``; ``width`` is the median quotient of the
    interval's ends; rows priced in another currency than the model answers in are left out;
    ``baseline`` is the RMSLE of always answering the median of these very rows,
    ``lift`` its quotient with ``rmsle``. Metrics of warm rows start with ``warm_``, of
    rows shown by text or by photos alone with ``text_alone_`` and ``photo_alone_``.
    """
    rows = [listing for listing in listings if listing.price is not None]
    said = zip(rows, predict_in_batches(predictor, early_context(rows)), strict=True)
    kept = [(row, each) for row, each in said if same_currency(row, each.price)]
    rows, early = [row for row, _ in kept], [each for _, each in kept]
    if not rows:
        return {"rows": 0.0}
    truth = np.array([row.price for row in rows], dtype=np.float64)
    found = {"rows": float(len(rows))}
    late = predict_in_batches(predictor, full_context(rows, *OUTPUTS))
    for prefix, answers in (("", early), (FULL_METRIC_PREFIX, late)):
        ranges = [each.price for each in answers if each.price is not None]
        median, low, high = (
            np.array([getattr(each, name) for each in ranges]) for name in ("median", "low", "high")
        )
        found[f"{prefix}rmsle"] = metrics.rmsle(truth, median)
        found[f"{prefix}r2"] = metrics.r2_log1p(truth, median)
        found[f"{prefix}coverage"] = metrics.coverage(truth, low, high)
        found[f"{prefix}width"] = float(np.median((high + 1) / (low + 1)))
        found[f"{prefix}abstained"] = float(np.mean([bool(each.abstained) for each in answers]))
    for prefix, places, alone in single_modality_views(rows):
        medians = [each.price.median for each in predict_in_batches(predictor, alone) if each.price]
        found[f"{prefix}r2"] = metrics.r2_log1p(truth[places], medians)
    found["baseline"] = metrics.rmsle(truth, np.full(len(truth), np.median(truth)))
    found["lift"] = found["baseline"] / found["rmsle"]
    return found
