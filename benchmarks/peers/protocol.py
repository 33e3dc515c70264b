"""What is asked of every contestant, and how the answers are measured: by the rules for ours."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.folds import Fold
from common import metrics
from common.listing import EARLY_FIELDS, NO_BRAND, PAYERS, Listing

Rows = Sequence[Listing]
Floats = NDArray[np.float64]

BATCH = 32
TIMED = 10
"""Batches of test rows that are answered to take the time of a listing."""


@dataclass(frozen=True, slots=True)
class Task:
    """A model's name, the field that is asked for, and the confirmed fields that are shown.

    Metrics of warm rows start with ``warm_``.
    """

    model: str
    field: str
    shown: tuple[str, ...] = EARLY_FIELDS
    prefix: str = ""


TASKS = (
    Task("category", "category"),
    Task("brand", "brand"),
    Task("price", "price"),
    Task("price", "price",
         ("category", "brand", "condition", "size", "colour", "shipping_payer"), "warm_"),
    Task("shipping", "shipping_payer"),
    Task("shipping", "shipping_payer",
         ("category", "brand", "condition", "size", "colour", "price"), "warm_"),
)  # fmt: skip
"""Warm rows show what our models may look at and the data has."""


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of a fold that have the label of a task."""

    train: Rows
    validation: Rows
    test: Rows


@dataclass(frozen=True, slots=True)
class Answers:
    """What a contestant says of test rows.

    ``ranked`` are values, best first, with a score each in ``scores``. ``numbers`` are prices, or
    scores that the seller pays. ``stated`` says that scores are probabilities.
    """

    seconds: float
    microseconds: float
    ranked: Sequence[Sequence[str]] = ()
    scores: Sequence[Sequence[float]] = ()
    numbers: Sequence[float] = field(default=())
    stated: bool = False


Peer = Callable[[Task, Split], Answers]


def split(fold: Fold, task: Task) -> Split:
    """Keep the rows that have the label."""
    parts = (fold.train, fold.validation, fold.test)
    return Split(*([row for row in rows if getattr(row, task.field) is not None] for rows in parts))


def measure(task: Task, rows: Rows, answers: Answers) -> dict[str, float]:
    """Measure the answers for test rows; names are those of ``models.evaluate``."""
    truth = [str(getattr(row, task.field)) for row in rows]
    found: dict[str, float] = {}
    if answers.ranked:
        found |= _measure_ranked(task, truth, answers)
    elif task.model == "price":
        prices = [row.price for row in rows]
        found["r2"] = metrics.r2_log1p(prices, answers.numbers)
        found["rmsle"] = metrics.rmsle(prices, answers.numbers)
    else:
        found |= _measure_payer(truth, answers)
    named = {f"{task.model} {task.prefix}{name}": value for name, value in found.items()}
    named[f"{task.model} {task.prefix}seconds to train"] = answers.seconds
    named[f"{task.model} {task.prefix}microseconds a listing"] = answers.microseconds
    return named


def time_batches(predict: Callable[[Rows], object], rows: Rows) -> float:
    """Median microseconds of the processor for a listing, in batches of 32."""
    took = []
    for number in range(TIMED + 1):  # the first one warms up
        batch = rows[number * BATCH : (number + 1) * BATCH]
        if len(batch) < BATCH:
            break
        start = time.process_time()
        predict(batch)
        took.append((time.process_time() - start) / BATCH * 1e6)
    return float(np.median(took[1:])) if len(took) > 1 else float("nan")


def _measure_ranked(task: Task, truth: Sequence[str], answers: Answers) -> dict[str, float]:
    ranked = [list(row) for row in answers.ranked]
    found = {f"top{k}": metrics.top_k_accuracy(list(truth), ranked, k) for k in (1, 5)}
    right = [row[:1] == [value] for row, value in zip(ranked, truth, strict=True)]
    if answers.stated:
        sure = [row[0] for row in answers.scores]
        found["calibration_error"] = metrics.expected_calibration_error(right, sure)
    if task.model == "brand":
        pairs = list(zip(ranked, answers.scores, strict=True))
        found |= metrics.recall_and_precision(list(truth), pairs, NO_BRAND)
    return unreached(found)


def unreached(found: dict[str, float]) -> dict[str, float]:
    """Say that a precision could not be reached, so that its fold is not left out of a mean."""
    return ({"precision_at_60": math.nan} if "recall" in found else {}) | found


def _measure_payer(truth: Sequence[str], answers: Answers) -> dict[str, float]:
    pays, scores = np.array(truth) == PAYERS[0], np.asarray(answers.numbers)
    found = {"auc": metrics.auc(pays, scores)}
    if answers.stated:
        sure = np.maximum(scores, 1 - scores)
        found["calibration_error"] = metrics.expected_calibration_error(
            (scores >= 0.5) == pays, sure
        )
    return found
