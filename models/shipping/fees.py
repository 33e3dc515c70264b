"""Fees of parcels as a target of the head, and the 80 % interval around a predicted fee.

A shop with a few fixed fees, such as 4, 6 and 9, has them as classes: the most probable one is
suggested, with a run of neighbouring fees that holds 80 % of the probability. Other fees are one
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
        if not self.amounts:
            values = (np.log1p(fees) - self.mean) / self.deviation
            return Target(OUTPUT, "value", 1, values)

        classes = self._encode(fees)
        return Target(OUTPUT, "classes", len(self.amounts), classes)

    def _encode(self, fees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the number of the class of each fee; the few others have no label."""
        classes = np.full(len(fees), MISSING)
        for number, amount in enumerate(self.amounts):
            classes[fees == amount] = number
        return classes


def fit_fees(rows: Sequence[Listing]) -> FeeCalibration:
    """Return the currency and the classes or scale of fees; see ``missing_fees``."""
    currency = _main_currency(rows)
    fees = fees_in(rows, currency)
    known = fees[np.isfinite(fees)]

    logs = np.log1p(known)
    return FeeCalibration(
        currency,
        amounts=_common_amounts(known),
        mean=float(logs.mean()),
        deviation=float(logs.std()),
    )


def _common_amounts(fees: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the few fees of nearly all rows in rising order; none where they are many."""
    counts = Counter(fees.tolist()).most_common(MAX_CLASSES)
    n_rows = sum(count for _, count in counts)
    if n_rows < MIN_SHARE * len(fees):
        return ()
    return tuple(sorted(amount for amount, _ in counts))


def missing_fees(rows: Sequence[Listing]) -> str:
    """Return why fees cannot be learned, as the end of a sentence; empty where they can."""
    currency = _main_currency(rows)
    fees = fees_in(rows, currency)
    known = np.flatnonzero(np.isfinite(fees))
    n_rows, n_known = len(rows), len(known)

    if n_known < MIN_ROWS:
        return _too_few(n_known, n_rows)
    amounts = fees[known]
    if np.ptp(amounts) == 0:
        return (
            f"every one of the {n_known:,} training rows that have a shipping fee says"
            f" {amounts[0]:.6g} {currency}: there is nothing to tell apart"
        )

    with_fee = [rows[row] for row in known.tolist()]
    n_groups = len(set(group_numbers(with_fee).tolist()))
    if n_groups < MIN_GROUPS:
        return f"the rows with a shipping fee are of {n_groups} sellers or titles alone"
    return ""


def _too_few(n_known: int, n_rows: int) -> str:
    if not n_known:
        return f"none of the {n_rows:,} training rows has a shipping fee"
    return (
        f"{n_known:,} of the {n_rows:,} training rows have a shipping fee, and at"
        f" least {MIN_ROWS} must"
    )


def fees_in(rows: Sequence[Listing], currency: str) -> NDArray[np.float64]:
    """Return the fees in a currency, ``[rows]``; NaN where there is none."""
    fees = np.full(len(rows), MISSING)
    for number, row in enumerate(rows):
        if row.shipping_fee is not None and row.currency in (currency, None):
            fees[number] = row.shipping_fee
    return fees


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
    modes = inputs.modes
    early = predict_shifts(calibration.early, modes, predicted)
    full = predict_shifts(calibration.full, modes, predicted)

    completeness = head.completeness(inputs)[:, None]
    shifts = early + completeness * (full - early)
    values = predicted[:, None] + shifts

    logs = values * calibration.deviation + calibration.mean
    fees: NDArray[np.float64] = np.maximum(np.expm1(logs), 0)
    return fees


def probable_runs(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each row the first, the most probable and the last class of a short run.

    The run begins with the most probable class and grows on its likelier side until it holds
    ``COVERAGE`` of the probability. ``probabilities`` are ``[rows, classes]`` of ordered classes.
    """
    runs = np.zeros((len(probabilities), 3), np.int64)
    for number, row in enumerate(probabilities):
        runs[number] = _probable_run(row)
    return runs


def _probable_run(row: NDArray[np.float64]) -> tuple[int, int, int]:
    best = int(row.argmax())
    first = last = best
    mass = row[best]
    wanted = COVERAGE * row.sum()

    # Growing on the likelier side gives the shortest run where probabilities fall on both sides.
    while mass < wanted and last - first + 1 < len(row):
        below = row[first - 1] if first else -1.0
        above = row[last + 1] if last + 1 < len(row) else -1.0
        if below >= above:
            first -= 1
        else:
            last += 1
        mass += max(below, above)
    return first, best, last


def _main_currency(rows: Sequence[Listing]) -> str:
    counts = Counter(
        row.currency for row in rows if row.shipping_fee is not None and row.currency
    )
    return counts.most_common(1)[0][0] if counts else "USD"
