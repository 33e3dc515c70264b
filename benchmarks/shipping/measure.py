"""Measures all contestants on every fold of a table; what is measured is stored."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import models
from benchmarks.peers.linear import linear
from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.protocol import TASKS, split
from benchmarks.shared.result_cache import fingerprint, load, store
from benchmarks.shared.results import OURS, Result, Run, repeated_result
from benchmarks.shipping.baselines import BASELINES
from benchmarks.shipping.figures import fees_of, measure_fees, measure_payers
from benchmarks.shipping.ours import (
    ask_ours,
    fees_of_suggestions,
    scores_of_suggestions,
    train_ours,
)
from benchmarks.shipping.tables import FEE, Table, read_table
from common.listing import Listing

LINEAR = "tf-idf + linear"
"""The contestant for payers: logistic regression on tf-idf."""

CODE = (
    "benchmarks/peers/linear.py",
    "benchmarks/peers/tfidf.py",
    "benchmarks/shared/folds.py",
    "benchmarks/shipping",
    "common",
    "constraints.txt",
    "ingest",
    "models",
)
"""Code that the figures depend on: if it changes they are measured again."""

Figures = dict[str, dict[str, float]]
"""Figures by contestant; a metric begins with its context."""


def measure_table(table: Table, scratch: Path, run: Run) -> list[Result]:
    """Measure every fold of a table; folds that are stored are not measured again."""
    rows = read_table(table, scratch)
    code = fingerprint(CODE, (), table.path)
    folder = scratch / code / table.name.replace(" ", "-")

    by_fold: dict[int, Figures] = {}
    for number in range(table.folds):
        path = folder / f"{number}.json"
        if not path.exists():
            _measure_and_store(table, rows, number, path)
        by_fold[number] = load(path)
    return list(_results(table, rows, by_fold, run))


def _measure_and_store(
    table: Table, rows: Sequence[Listing], number: int, path: Path
) -> None:
    start = time.monotonic()
    figures = _measure_fold(table, rows, number, path.parent)
    store(path, figures)
    seconds = time.monotonic() - start
    print(f"{table.name}, fold {number}: {seconds:.0f} s", file=sys.stderr)


def _measure_fold(
    table: Table, rows: Sequence[Listing], number: int, folder: Path
) -> Figures:
    # Two runs at a time must not write into one folder.
    scratch = folder / f"{number}-{os.getpid()}"
    fold = read_fold(rows, number, table.folds, scratch / "rows")
    predictor = train_ours(fold, scratch / "models")
    if table.target != FEE:
        return {OURS: _ours_on_payers(predictor, fold), LINEAR: _linear_on_payers(fold)}

    n_amounts = len(np.unique(fees_of(rows)))
    ours = _ours_on_fees(predictor, fold, n_amounts)
    return {OURS: ours, **_baselines_on_fees(fold, n_amounts)}


def _ours_on_fees(
    predictor: models.Predictor, fold: Fold, n_amounts: int
) -> dict[str, float]:
    figures: dict[str, float] = {}
    for context, suggestions in ask_ours(predictor, fold).items():
        fees = fees_of_suggestions(suggestions)
        measured = measure_fees(fold.test, fees, n_amounts)
        figures |= _in_context(context, measured)
    return figures


def _baselines_on_fees(fold: Fold, n_amounts: int) -> Figures:
    figures: Figures = {}
    for context, baselines in BASELINES.items():
        for name, predict in baselines.items():
            fees = predict(fold)
            measured = measure_fees(fold.test, fees, n_amounts)
            figures[name] = _in_context(context, measured)
    return figures


def _ours_on_payers(predictor: models.Predictor, fold: Fold) -> dict[str, float]:
    figures: dict[str, float] = {}
    for context, suggestions in ask_ours(predictor, fold).items():
        scores = scores_of_suggestions(suggestions)
        measured = measure_payers(fold.test, scores)
        figures |= _in_context(context, measured)
    return figures


def _linear_on_payers(fold: Fold) -> dict[str, float]:
    """Measure logistic regression in both contexts, as the benchmark of quality does."""
    figures: dict[str, float] = {}
    for task in TASKS:
        if task.model != "shipping":
            continue

        labelled = split(fold, task)
        answers = linear(task, labelled)
        scores = np.array(answers.numbers, np.float64)
        measured = measure_payers(labelled.test, scores)
        context = "full" if task.prefix else "early"
        figures |= _in_context(context, measured)
    return figures


def _in_context(context: str, figures: dict[str, float]) -> dict[str, float]:
    return {f"{context} {name}": value for name, value in figures.items()}


def _results(
    table: Table, rows: Sequence[Listing], by_fold: dict[int, Figures], run: Run
) -> Iterator[Result]:
    """Yield a result with the values of all folds for each contestant and metric."""
    for contestant, figures in by_fold[0].items():
        for metric in figures:
            values = {}
            for number, of_fold in by_fold.items():
                values[number] = of_fold[contestant][metric]
            yield repeated_result(
                run, contestant, metric, values, variant=table.name, n_rows=len(rows)
            )
