"""The tasks that encoders learn together: one for every label that a snapshot has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools
from common.listing import CATEGORY_SEPARATOR, Listing
from common.nets.label_encoding import encode, fit_classes
from common.nets.targets import MISSING, Target

PRICE_BINS = 32

CATEGORY_DEPTHS = (1, 2, 9)
"""Levels of the category path that are a task each; no path has more than nine."""

CLASS_FIELDS = ("brand", "condition", "shipping_payer", "shipping_method", "parcel_size")


def encoder_targets(rows: Sequence[Listing]) -> list[Target]:
    """Return a task for every label of which at least two classes occur twice.

    The labels are category at several depths, brand, condition, shipping payer, shipping method,
    parcel size, and price.
    """
    labels: dict[str, list[str | None]] = {}
    for depth in CATEGORY_DEPTHS:
        labels[f"category{depth}"] = [_truncate(row.category, depth) for row in rows]
    for field in CLASS_FIELDS:
        labels[field] = [getattr(row, field) for row in rows]

    tasks = []
    for name, values in labels.items():
        classes = fit_classes(values, min_rows=2)
        if len(classes) > 1:
            numbers = encode(values, classes, other=MISSING)
            tasks.append(Target(name, "classes", len(classes), numbers))

    prices = np.array([np.nan if row.price is None else row.price for row in rows], np.float64)
    if np.isfinite(prices).sum() > 1:
        tasks.append(Target("price", "bins", PRICE_BINS, _bin_positions(np.log1p(prices))))
    return tasks


def has_any_label(tasks: Sequence[Target]) -> Bools:
    """Tell which rows have a label of any task, ``[rows]``; none where there are no tasks."""
    if not tasks:
        return np.zeros(1, bool)
    labelled: Bools = np.any([~np.isnan(task.values) for task in tasks], axis=0)
    return labelled


def _bin_positions(log_prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions on the bins from 0 to ``PRICE_BINS - 1``, outliers at the ends."""
    low, high = np.nanquantile(log_prices, [0.005, 0.995])
    shares: NDArray[np.float64] = np.clip((log_prices - low) / max(high - low, 1e-9), 0, 1)
    return shares * (PRICE_BINS - 1)


def _truncate(path: str | None, depth: int) -> str | None:
    if path is None:
        return None
    levels = path.split(CATEGORY_SEPARATOR)
    return CATEGORY_SEPARATOR.join(levels[:depth])
