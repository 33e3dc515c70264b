"""Fees of parcels as a target of the head, and the 80 % interval around a predicted fee.

A shop with a few fixed fees, such as 4, 6 and 9, has them as classes: the most probable one is
suggested, with the shortest run of fees that holds 80 % of the probability. Other fees are one
value in ``log1p``, standardised, and its interval is conformal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.groups import group_numbers
from common.listing import Listing, PriceRange
from common.nets.inputs import Inputs
from common.nets.targets import MISSING, Target
from models.ensemble.head import Head
from models.shipping.fee_intervals import LevelShifts, predict_shifts

OUTPUT = "shipping_fee"
"""The output of the head, and the field of a listing."""

COVERAGE = 0.8
"""Share of fees within the interval."""

MIN_ROWS = 30
"""Training rows with a fee below which it is not learned."""

MIN_GROUPS = 10
"""Groups of rows with a fee: every fold of the members needs some to train on."""

MAX_CLASSES = 12
MIN_SHARE = 0.95
"""As many fees at most, of as large a share of the rows at least, are classes."""


@dataclass(frozen=True, slots=True)
class FeeCalibration:
    """Constants of learned fees beside the head.

    Attributes:
        currency: Currency of the fees; empty where they were not learned.
        amounts: Fees that are classes, in rising order; empty where a fee is a value.
        mean: Mean of ``log1p`` of the training fees.
        deviation: Their standard deviation.
        early: Shifts of a value's interval in early context, for each of the head's modes.
        full: The same in full context.
    """

    currency: str = ""
    amounts: tuple[float, ...] = ()
    mean: float = 0.0
    deviation: float = 1.0
    early: tuple[LevelShifts, ...] = ()
    full: tuple[LevelShifts, ...] = ()

    def target(self, rows: Sequence[Listing]) -> Target:
        """Return the fees of rows as a target; those in another currency are missing."""
        fees = fees_in(rows, self.currency)
        if self.amounts:
            return Target(OUTPUT, "classes", len(self.amounts), self._encode(fees))
        values = (np.log1p(fees) - self.mean) / self.deviation
        return Target(OUTPUT, "value", 1, values)

    def _encode(self, fees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the number of the class of each fee; the few others have no label."""
        numbers = {amount: float(number) for number, amount in enumerate(self.amounts)}
        return np.array([numbers.get(fee, MISSING) for fee in fees.tolist()])


def fit_fees(rows: Sequence[Listing]) -> FeeCalibration:
    """Return the currency and the classes or scale of fees; see ``missing_fees``."""
    currency = _main_currency(rows)
    fees = fees_in(rows, currency)
    fees = fees[np.isfinite(fees)]
    commonest = Counter(fees.tolist()).most_common(MAX_CLASSES)
    n_common = sum(count for _, count in commonest)
    amounts: tuple[float, ...] = ()
    if n_common >= MIN_SHARE * len(fees):
        amounts = tuple(sorted(amount for amount, _ in commonest))

    logs = np.log1p(fees)
    return FeeCalibration(currency, amounts, float(logs.mean()), float(logs.std()))


def missing_fees(rows: Sequence[Listing]) -> str:
    """Return why fees cannot be learned, as the end of a sentence; empty where they can."""
    currency = _main_currency(rows)
    fees = fees_in(rows, currency)
    known = np.flatnonzero(np.isfinite(fees))
    if len(known) == 0:
        return f"none of the {len(rows):,} training rows has a shipping fee"
    if len(known) < MIN_ROWS:
        return (
            f"{len(known):,} of the {len(rows):,} training rows have a shipping fee, and at"
            f" least {MIN_ROWS} must"
        )
    if len(np.unique(fees[known])) == 1:
        return (
            f"every one of the {len(known):,} training rows that have a shipping fee says"
            f" {fees[known[0]]:.6g} {currency}: there is nothing to tell apart"
        )
    n_groups = len(np.unique(group_numbers([rows[row] for row in known.tolist()])))
    if n_groups < MIN_GROUPS:
        return f"the rows with a shipping fee are of {n_groups} sellers or titles alone"
    return ""


def fees_in(rows: Sequence[Listing], currency: str) -> NDArray[np.float64]:
    """Return the fees in a currency, ``[rows]``; NaN where there is none."""
    fees = [
        row.shipping_fee
        if row.shipping_fee is not None and row.currency in (currency, None)
        else MISSING
        for row in rows
    ]
    return np.array(fees, np.float64)


def predict_fees(
    head: Head,
    calibration: FeeCalibration,
    scores: Sequence[Floats],
    inputs: Inputs,
) -> list[PriceRange]:
    """Return the fee of each row with its interval, given its scores of ``OUTPUT``."""
    if calibration.amounts:
        pooled = head.probabilities(OUTPUT, scores, inputs).probabilities
        ends = probable_runs(pooled.astype(np.float64))
        amounts = np.array(calibration.amounts)[ends]
    else:
        amounts = _predict_values(head, calibration, scores, inputs)
    return [
        PriceRange(middle, low, high, calibration.currency)
        for low, middle, high in amounts.tolist()
    ]


def _predict_values(
    head: Head, calibration: FeeCalibration, scores: Sequence[Floats], inputs: Inputs
) -> NDArray[np.float64]:
    """Return low, predicted and high fees, ``[rows, 3]``."""
    predicted = head.values(OUTPUT, scores, inputs).astype(np.float64)
    modes, completeness = inputs.modes(), head.completeness(inputs)
    early = predict_shifts(calibration.early, modes, predicted)
    full = predict_shifts(calibration.full, modes, predicted)
    shifts = early + completeness[:, None] * (full - early)

    low, high = predicted + shifts.T
    values = np.stack([low, predicted, high], axis=1)
    logs = np.sort(values, axis=1) * calibration.deviation + calibration.mean
    fees: NDArray[np.float64] = np.maximum(np.expm1(logs), 0)
    return fees


def probable_runs(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each row the first, the most probable and the last class of the shortest run.

    The run holds the most probable class and ``COVERAGE`` of the probability; of equally long ones
    it is the most probable. ``probabilities`` are ``[rows, classes]`` of ordered classes.
    """
    runs = [_probable_run(row) for row in probabilities]
    return np.array(runs, np.int64).reshape(len(runs), 3)


def _probable_run(row: NDArray[np.float64]) -> tuple[int, int, int]:
    best, n_classes = int(row.argmax()), len(row)
    sums = np.concatenate([[0.0], np.cumsum(row)]) / row.sum()
    for length in range(1, n_classes):
        starts = range(max(best - length + 1, 0), min(best, n_classes - length) + 1)
        mass, start = max(
            (sums[first + length] - sums[first], -first) for first in starts
        )
        if mass >= COVERAGE:
            return -start, best, -start + length - 1
    return 0, best, n_classes - 1


def _main_currency(rows: Sequence[Listing]) -> str:
    counts = Counter(
        row.currency for row in rows if row.shipping_fee is not None and row.currency
    )
    return counts.most_common(1)[0][0] if counts else "USD"
