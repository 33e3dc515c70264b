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

CLASS_FIELDS = (
    "brand",
    "condition",
    "shipping_payer",
    "shipping_method",
    "parcel_size",
)


def encoder_targets(rows: Sequence[Listing]) -> list[Target]:
    """Return a task for every label of which at least two classes occur twice.

    The labels are category at several depths, brand, condition, shipping payer, shipping method,
    parcel size, and price.
    """
    tasks = []
    for depth in CATEGORY_DEPTHS:
        paths = [_truncate(row.category, depth) for row in rows]
        tasks.append(_class_target(f"category{depth}", paths))
    for field in CLASS_FIELDS:
        values = [getattr(row, field) for row in rows]
        tasks.append(_class_target(field, values))
    tasks.append(_price_target(rows))
    return [task for task in tasks if task is not None]


def has_any_label(tasks: Sequence[Target]) -> Bools:
    """Tell which rows have a label of any task, ``[rows]``; none where there are no tasks."""
    if not tasks:
        return np.zeros(1, bool)
    labelled: Bools = np.any([~np.isnan(task.values) for task in tasks], axis=0)
    return labelled


def _class_target(name: str, values: Sequence[str | None]) -> Target | None:
    classes = fit_classes(values, min_rows=2)
    if len(classes) < 2:
        return None
    numbers = encode(values, classes, other=MISSING)
    return Target(name, "classes", len(classes), numbers)


def _price_target(rows: Sequence[Listing]) -> Target | None:
    prices = [np.nan if row.price is None else row.price for row in rows]
    log_prices = np.log1p(np.array(prices, np.float64))
    if np.isfinite(log_prices).sum() < 2:
        return None
    return Target("price", "bins", PRICE_BINS, _bin_positions(log_prices))


def _bin_positions(log_prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions on the bins from 0 to ``PRICE_BINS - 1``, outliers at the ends."""
    low, high = np.nanquantile(log_prices, [0.005, 0.995])
    width = max(high - low, 1e-9)
    shares: NDArray[np.float64] = np.clip((log_prices - low) / width, 0, 1)
    return shares * (PRICE_BINS - 1)


def _truncate(path: str | None, depth: int) -> str | None:
    if path is None:
        return None
    levels = path.split(CATEGORY_SEPARATOR)
    return CATEGORY_SEPARATOR.join(levels[:depth])
