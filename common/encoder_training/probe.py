"""Judges an encoder by how much a linear probe reads off its vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import RidgeClassifierCV, RidgeCV

from common import metrics
from common.arrays import Floats
from common.encoders import Encoder
from common.listing import Listing

if TYPE_CHECKING:
    from common.snapshot import Snapshot

PROBED = ("category", "brand", "condition", "shipping_payer", "shipping_method", "parcel_size")
"""Labels a probe is fitted for, the most telling first."""

MAX_ROWS = 20_000
"""A probe is fitted on at most this many training rows, and tried on as many test rows."""

PENALTIES = (1.0, 10.0, 100.0, 1_000.0, 10_000.0)
"""The best of these is found by leaving out one training row at a time."""


def evaluate(encoder: Encoder, snapshot: Snapshot) -> dict[str, float]:
    """Fit linear probes on training rows and measure them on test rows, where there is anything
    that the encoder reads.

    Returns ``rows``, how many test rows there are, the accuracy for each label the snapshot has,
    ``price_r2`` of ``log1p(price)``, and ``lift``: the accuracy of the first of those labels over
    that of its most frequent value.
    """
    train, test = _rows(encoder, snapshot, "train"), _rows(encoder, snapshot, "test")
    vectors, unseen = encoder.encode(train), encoder.encode(test)
    found = {"rows": float(len(test))}
    for field in PROBED:
        known, asked = _labelled(train, field), _labelled(test, field)
        truth = np.array([getattr(test[row], field) for row in asked])
        labels = np.array([getattr(train[row], field) for row in known])
        if len(set(labels)) < 2 or not len(truth):
            continue
        probe = RidgeClassifierCV(PENALTIES).fit(vectors[known], labels)
        found[field] = float(np.mean(probe.predict(unseen[asked]) == truth))
        baseline = Counter(truth.tolist()).most_common(1)[0][1] / len(truth)
        found.setdefault("lift", found[field] / baseline)
    return found | _probe_price(train, vectors, test, unseen, "lift" in found)


def _probe_price(
    train: Sequence[Listing],
    vectors: Floats,
    test: Sequence[Listing],
    unseen: Floats,
    has_lift: bool,
) -> dict[str, float]:
    known, asked = _labelled(train, "price"), _labelled(test, "price")
    prices = np.log1p(np.array([train[row].price for row in known], dtype=np.float64))
    truth = np.array([test[row].price for row in asked], dtype=np.float64)
    if len(set(prices)) < 2 or len(set(truth)) < 2:
        return {}
    probe = RidgeCV(PENALTIES).fit(vectors[known], prices)
    guessed = np.maximum(np.expm1(probe.predict(unseen[asked])), 0)
    found = {"price_r2": metrics.r2_log1p(truth, guessed)}
    if not has_lift:
        usual = metrics.rmsle(truth, np.full(len(truth), np.median(truth)))
        found["lift"] = usual / metrics.rmsle(truth, guessed)
    return found


def _rows(encoder: Encoder, snapshot: Snapshot, split: str) -> list[Listing]:
    """The first rows of a split that have what the encoder reads."""
    rows = (row for batch in snapshot.batches(split) for row in batch)
    there = (row for row in rows if row.can_show(encoder.modality))
    return list(islice(there, MAX_ROWS))


def _labelled(rows: Sequence[Listing], field: str) -> list[int]:
    return [place for place, row in enumerate(rows) if getattr(row, field) is not None]
