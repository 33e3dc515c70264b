"""Evaluates an encoder by linear probes on its vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifierCV, RidgeCV

from common import metrics
from common.arrays import Floats
from common.encoders import Encoder
from common.listing import Listing

if TYPE_CHECKING:
    from common.snapshot import Snapshot

PROBED_FIELDS = (
    "category",
    "brand",
    "condition",
    "shipping_payer",
    "shipping_method",
    "parcel_size",
)
"""Labels that probes are fitted for, the most telling first."""

MAX_ROWS = 20_000
"""Training rows that a probe is fitted on, at most, and test rows that it is measured on."""

MIN_ERROR = 1e-9
"""Error of a price in place of 0, so that quotients are finite."""

PENALTIES = (1.0, 10.0, 100.0, 1_000.0, 10_000.0)
"""Ridge penalties; the best is chosen by leaving out one training row at a time."""


@dataclass(frozen=True, slots=True)
class _EncodedRows:
    """Rows of a split with their vectors, ``[rows, dims]``."""

    rows: Sequence[Listing]
    vectors: Floats

    def labelled(self, field: str) -> tuple[Floats, list[object]]:
        """Return vectors and labels of the rows that have a label."""
        indices, labels = [], []
        for index, row in enumerate(self.rows):
            label = getattr(row, field)
            if label is not None:
                indices.append(index)
                labels.append(label)
        return self.vectors[indices], labels


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices of test rows and a probe's predictions, ``[rows]`` each."""

    actual: NDArray[np.float64]
    predicted: NDArray[np.float64]


def evaluate(encoder: Encoder, snapshot: Snapshot) -> dict[str, float]:
    """Fit linear probes on training rows, and measure them on test rows that have the modality.

    Returns ``rows``, the number of test rows; the accuracy for each label of the snapshot;
    ``price_r2``, the R2 of ``log1p(price)``; and ``lift``, the accuracy for the first of those
    labels over that of its most frequent value. Without any such label ``lift`` is the RMSLE of the
    median price over that of the probe.
    """
    train = _encode_split(encoder, snapshot, "train")
    test = _encode_split(encoder, snapshot, "test")

    metrics_by_name = {"rows": float(len(test.rows))}
    for field in PROBED_FIELDS:
        accuracy = _probe_field(train, test, field)
        if accuracy is None:
            continue
        metrics_by_name[field] = accuracy
        if "lift" not in metrics_by_name:
            metrics_by_name["lift"] = accuracy / _baseline_accuracy(test, field)

    prices = _probe_price(train, test)
    if prices is not None:
        metrics_by_name["price_r2"] = metrics.r2_log1p(prices.actual, prices.predicted)
        if "lift" not in metrics_by_name:
            metrics_by_name["lift"] = _price_lift(prices)
    return metrics_by_name


def _encode_split(encoder: Encoder, snapshot: Snapshot, split: str) -> _EncodedRows:
    """Encode the first rows of a split that have the encoder's modality."""
    rows: list[Listing] = []
    for batch in snapshot.batches(split):
        rows += [row for row in batch if row.can_show(encoder.modality)]
        if len(rows) >= MAX_ROWS:
            break
    rows = rows[:MAX_ROWS]
    return _EncodedRows(rows, encoder.encode(rows))


def _probe_field(train: _EncodedRows, test: _EncodedRows, field: str) -> float | None:
    """Return a probe's accuracy; ``None`` without two classes to learn or a row to test on."""
    train_vectors, train_labels = train.labelled(field)
    test_vectors, test_labels = test.labelled(field)
    if len(set(train_labels)) < 2 or not test_labels:
        return None

    probe = RidgeClassifierCV(PENALTIES).fit(train_vectors, np.array(train_labels))
    is_right = probe.predict(test_vectors) == np.array(test_labels)
    return float(np.mean(is_right))


def _baseline_accuracy(test: _EncodedRows, field: str) -> float:
    """Return the accuracy of the most frequent label."""
    _, labels = test.labelled(field)
    _, n_rows = Counter(labels).most_common(1)[0]
    return n_rows / len(labels)


def _probe_price(train: _EncodedRows, test: _EncodedRows) -> _Prices | None:
    """Predict the prices of test rows; ``None`` without two prices in each split."""
    train_vectors, train_prices = train.labelled("price")
    test_vectors, test_prices = test.labelled("price")
    log_prices = np.log1p(np.array(train_prices, dtype=np.float64))
    actual = np.array(test_prices, dtype=np.float64)
    if len(set(log_prices)) < 2 or len(set(actual)) < 2:
        return None

    probe = RidgeCV(PENALTIES).fit(train_vectors, log_prices)
    predicted = np.expm1(probe.predict(test_vectors))
    return _Prices(actual, np.maximum(predicted, 0))


def _price_lift(prices: _Prices) -> float:
    """Return the error of the median price over that of the probe."""
    median = np.full(len(prices.actual), np.median(prices.actual))
    median_error: float = metrics.rmsle(prices.actual, median)
    probe_error: float = metrics.rmsle(prices.actual, prices.predicted)
    # A probe that is always right would be infinitely better.
    return median_error / max(probe_error, MIN_ERROR)
