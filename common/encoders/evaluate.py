"""Judges an encoder by how much a linear probe reads off its vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import Ridge, RidgeClassifier

from common import metrics
from common.encoders import Encoder
from common.listing import Listing

if TYPE_CHECKING:
    from common.snapshot import Snapshot

PROBED = ("category", "brand", "condition", "shipping_payer", "shipping_method", "parcel_size")
"""Labels a probe is fitted for, the most telling first."""

MOST_ROWS = 20_000
"""A probe is fitted on at most this many training rows."""


def evaluate(encoder: Encoder, snapshot: Snapshot) -> dict[str, float]:
    """Fit linear probes on training rows and measure them on test rows.

    Returns the accuracy for each label the snapshot has, ``price_r2`` of ``log1p(price)``, and
    ``lift``: the accuracy of the first of those labels over that of its most frequent value.
    """
    train = [row for rows in _first(snapshot) for row in rows][:MOST_ROWS]
    test = snapshot.read("test")
    vectors, unseen = encoder.encode(train), encoder.encode(test)
    found: dict[str, float] = {}
    for field in PROBED:
        known, asked = _labelled(train, field), _labelled(test, field)
        truth = np.array([getattr(test[row], field) for row in asked])
        labels = np.array([getattr(train[row], field) for row in known])
        if len(set(labels)) < 2 or not len(truth):
            continue
        probe = RidgeClassifier(alpha=1.0).fit(vectors[known], labels)
        found[field] = float(np.mean(probe.predict(unseen[asked]) == truth))
        baseline = Counter(truth.tolist()).most_common(1)[0][1] / len(truth)
        found.setdefault("lift", found[field] / baseline)
    known, asked = _labelled(train, "price"), _labelled(test, "price")
    if len(known) > 1 and len(asked) > 1:
        prices = np.log1p(np.array([train[row].price for row in known], dtype=np.float64))
        guessed = np.expm1(Ridge(alpha=10.0).fit(vectors[known], prices).predict(unseen[asked]))
        truth = np.array([test[row].price for row in asked])
        found["price_r2"] = metrics.r2_log1p(truth, np.maximum(guessed, 0))
        error = metrics.rmsle(truth, np.maximum(guessed, 0))
        found.setdefault(
            "lift", metrics.rmsle(truth, np.full(len(truth), np.median(truth))) / error
        )
    return found


def _first(snapshot: Snapshot) -> Sequence[list[Listing]]:
    """Batches of training rows until there are enough."""
    batches, count = [], 0
    for batch in snapshot.batches("train"):
        batches.append(batch)
        count += len(batch)
        if count >= MOST_ROWS:
            break
    return batches


def _labelled(rows: Sequence[Listing], field: str) -> list[int]:
    return [place for place, row in enumerate(rows) if getattr(row, field) is not None]
