"""The tasks of every contestant, and the evaluation of the answers: the same as for ours."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.folds import Fold
from common import metrics
from common.listing import EARLY_FIELDS, NO_BRAND, PAYERS, Listing

Rows = Sequence[Listing]
Floats = NDArray[np.float64]

BATCH_SIZE = 32
N_TIMED_BATCHES = 10

FULL_PREFIX = "warm_"
"""Prefix of the metrics in full context, as mlflow and the gates know them."""


@dataclass(frozen=True, slots=True)
class Task:
    """A field to predict.

    Attributes:
        model: name of our model of the field.
        field: name of the field.
        confirmed: fields, already confirmed by the seller, that contestants may use.
        prefix: prefix of the metrics.
    """

    model: str
    field: str
    confirmed: tuple[str, ...] = EARLY_FIELDS
    prefix: str = ""


_SHARED_FIELDS = ("category", "brand", "condition", "size", "colour")

TASKS = (
    Task("category", "category"),
    Task("brand", "brand"),
    Task("price", "price"),
    Task("price", "price", (*_SHARED_FIELDS, "shipping_payer"), FULL_PREFIX),
    Task("shipping", "shipping_payer"),
    Task("shipping", "shipping_payer", (*_SHARED_FIELDS, "price"), FULL_PREFIX),
)
"""Full context has the fields that our models may use and the data has."""


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of a fold that have the label of a task."""

    train: Rows
    validation: Rows
    test: Rows


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a contestant for the test rows.

    Attributes:
        seconds: seconds to train.
        microseconds: microseconds of the processor for a listing.
        ranked: values of each row, best first.
        scores: a score for each of ``ranked``.
        numbers: prices, or scores that the seller pays.
        stated: whether scores are probabilities.
    """

    seconds: float
    microseconds: float
    ranked: Sequence[Sequence[str]] = ()
    scores: Sequence[Sequence[float]] = ()
    numbers: Sequence[float] = ()
    stated: bool = False


Peer = Callable[[Task, Split], Answers]


def split(fold: Fold, task: Task) -> Split:
    """The rows that have the label."""
    return Split(
        train=_labelled(fold.train, task),
        validation=_labelled(fold.validation, task),
        test=_labelled(fold.test, task),
    )


def evaluate(task: Task, rows: Rows, answers: Answers) -> dict[str, float]:
    """Evaluate the answers for test rows; metrics are named as by ``models.evaluate``."""
    truth = [str(getattr(row, task.field)) for row in rows]

    if answers.ranked:
        figures = _evaluate_ranked(task, truth, answers)
    elif task.model == "price":
        figures = _evaluate_prices(prices_of(rows), answers)
    else:
        figures = _evaluate_payer(truth, answers)

    figures["seconds to train"] = answers.seconds
    figures["microseconds a listing"] = answers.microseconds
    return {
        f"{task.model} {task.prefix}{name}": value for name, value in figures.items()
    }


def prices_of(rows: Rows) -> Floats:
    """The prices ``[n]`` of rows that have one."""
    return np.array([row.price for row in rows], np.float64)


def to_prices(logs: Floats) -> Floats:
    """The prices ``[n]`` of outputs that estimate ``log(1 + price)``; none is negative."""
    return np.maximum(np.expm1(logs), 0)


def time_batches(predict: Callable[[Rows], object], rows: Rows) -> float:
    """Median microseconds of the processor for a listing, in batches of 32."""
    durations = []

    for number in range(N_TIMED_BATCHES + 1):
        batch = rows[number * BATCH_SIZE : (number + 1) * BATCH_SIZE]
        if len(batch) < BATCH_SIZE:
            break
        # Time of the processor, because other jobs run beside this one.
        start = time.process_time()
        predict(batch)
        seconds = time.process_time() - start
        durations.append(seconds / BATCH_SIZE * 1e6)

    # The first batch warms up.
    timed = durations[1:]
    return float(np.median(timed)) if timed else math.nan


def complete_precision(figures: dict[str, float]) -> dict[str, float]:
    """Add NaN for a precision that could not be reached.

    Without it, its fold would be left out of the mean.
    """
    if "recall" not in figures:
        return figures
    return {"precision_at_60": math.nan} | figures


def _labelled(rows: Rows, task: Task) -> Rows:
    return [row for row in rows if getattr(row, task.field) is not None]


def _evaluate_prices(prices: Floats, answers: Answers) -> dict[str, float]:
    return {
        "r2": metrics.r2_log1p(prices, answers.numbers),
        "rmsle": metrics.rmsle(prices, answers.numbers),
    }


def _evaluate_ranked(
    task: Task, truth: list[str], answers: Answers
) -> dict[str, float]:
    ranked = [list(row) for row in answers.ranked]
    figures = {
        "top1": metrics.top_k_accuracy(truth, ranked, 1),
        "top5": metrics.top_k_accuracy(truth, ranked, 5),
    }
    # Scores of a support vector machine are margins, which have no calibration.
    if answers.stated:
        confidences = [row[0] for row in answers.scores]
        figures["calibration_error"] = _calibration_error(truth, ranked, confidences)

    if task.model == "brand":
        pairs = list(zip(ranked, answers.scores, strict=True))
        figures |= metrics.recall_and_precision(truth, pairs, NO_BRAND)

    return complete_precision(figures)


def _calibration_error(
    truth: Sequence[str], ranked: Sequence[Sequence[str]], confidences: Sequence[float]
) -> float:
    """Calibration error of the first answers."""
    is_right = [row[:1] == [value] for row, value in zip(ranked, truth, strict=True)]
    return float(metrics.expected_calibration_error(is_right, confidences))


def _evaluate_payer(truth: Sequence[str], answers: Answers) -> dict[str, float]:
    seller_pays = np.array(truth) == PAYERS[0]
    scores = np.asarray(answers.numbers)
    figures = {"auc": metrics.auc(seller_pays, scores)}

    if answers.stated:
        is_right = (scores >= 0.5) == seller_pays
        confidences = np.maximum(scores, 1 - scores)
        figures["calibration_error"] = metrics.expected_calibration_error(
            is_right, confidences
        )

    return figures
