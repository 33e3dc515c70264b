"""The tasks that encoders learn together: one for every label that a snapshot has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.listing import CATEGORY_SEPARATOR, Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import MISSING, Target

PRICE_BINS = 32


def encoder_targets(rows: Sequence[Listing]) -> list[Target]:
    """Return a task for every label that at least two classes of rows have.

    Category at every depth, brand, price, condition, payer, method and parcel size.
    """
    labels = {
        f"category{depth}": [_cut(row.category, depth) for row in rows] for depth in (1, 2, 9)
    }
    for field in ("brand", "condition", "shipping_payer", "shipping_method", "parcel_size"):
        labels[field] = [getattr(row, field) for row in rows]
    tasks = []
    for name, values in labels.items():
        known = fit_classes(values, min_rows=2)
        if len(known) > 1:
            tasks.append(Target(name, "classes", len(known), encode(values, known, other=MISSING)))
    prices = np.array([np.nan if row.price is None else row.price for row in rows], np.float64)
    if np.isfinite(prices).sum() > 1:
        tasks.append(Target("price", "bins", PRICE_BINS, _positions(np.log1p(prices))))
    return tasks


def _positions(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.nanquantile(logs, [0.005, 0.995])
    positions: NDArray[np.float64] = np.clip((logs - low) / max(high - low, 1e-9), 0, 1)
    return positions * (PRICE_BINS - 1)


def _cut(path: str | None, depth: int) -> str | None:
    if path is None:
        return None
    return CATEGORY_SEPARATOR.join(path.split(CATEGORY_SEPARATOR)[:depth])
