"""The tasks of every contestant, and the evaluation of the answers: the same as for ours."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared.folds import Fold
from common import metrics
from common.listing import EARLY_FIELDS, NO_BRAND, PAYERS, Listing
from models.category.evaluate import TYPED_METRICS

Rows = Sequence[Listing]
Floats = NDArray[np.float64]

BATCH_SIZE = 32
N_TIMED_BATCHES = 10

EVALUATION_VERSION = 1
"""Raise it when the same answers are evaluated otherwise: stored figures are kept by it."""

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
    """The rows of a fold that have the label of a task.

    Attributes:
        train: rows to fit on.
        validation: rows to choose settings by.
        test: rows to answer for.
        views: parts of test rows to answer for besides, by the prefix of their metrics.
    """

    train: Rows
    validation: Rows
    test: Rows
    views: Mapping[str, Rows] = field(default_factory=dict)


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
        views: ranked values of each row of ``Split.views``.
        chosen: the settings that were chosen, for other folds to use again.
    """

    seconds: float
    microseconds: float
    ranked: Sequence[Sequence[str]] = ()
    scores: Sequence[Sequence[float]] = ()
    numbers: Sequence[float] = ()
    stated: bool = False
    views: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    chosen: Mapping[str, Any] = field(default_factory=dict)


class Peer(Protocol):
    """A contestant."""

    def __call__(
        self, task: Task, split: Split, chosen: Mapping[str, Any] | None = None
    ) -> Answers:
        """Fit and answer, with the settings ``chosen`` before or by validation rows."""


def split(fold: Fold, task: Task) -> Split:
    """The rows that have the label."""
    test = _labelled(fold.test, task)
    return Split(
        train=_labelled(fold.train, task),
        validation=_labelled(fold.validation, task),
        test=test,
        views=_typed_views(test) if task.model == "category" else {},
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

    for prefix, ranked in answers.views.items():
        figures |= _evaluate_view(task, rows, prefix, ranked)
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


def _typed_views(rows: Rows) -> dict[str, Rows]:
    """The beginnings of titles, as our models are shown them."""
    views: dict[str, Rows] = {}
    for view in TYPED_METRICS:
        applicable = [row for row in rows if view.applies(row)]
        views[view.metric_prefix] = view.show(applicable)
    return views


def _evaluate_view(
    task: Task, rows: Rows, prefix: str, ranked: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Evaluate the answers for a view of test rows, which names the metrics of our models."""
    (view,) = [view for view in TYPED_METRICS if view.metric_prefix == prefix]
    truth = [str(getattr(row, task.field)) for row in rows if view.applies(row)]
    if not truth:
        return {}
    accuracy = metrics.top_k_accuracy(truth, [list(row) for row in ranked], 5)
    return {f"{prefix}top5": accuracy}


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
