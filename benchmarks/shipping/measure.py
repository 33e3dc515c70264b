"""Measures all contestants on every fold of a table; what is measured is stored."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers.linear import linear
from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.protocol import TASKS, split
from benchmarks.shared.result_cache import fingerprint, load, store
from benchmarks.shared.results import OURS, Result, Run, repeated_result
from benchmarks.shipping.baselines import EARLY_BASELINES, FULL_BASELINES
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
    folder = scratch / fingerprint(CODE, (), table.path) / table.name.replace(" ", "-")
    by_fold: dict[int, Figures] = {}
    for number in range(table.folds):
        path = folder / f"{number}.json"
        if not path.exists():
            start = time.monotonic()
            store(path, _measure_fold(table, rows, number, folder))
            seconds = time.monotonic() - start
            print(f"{table.name}, fold {number}: {seconds:.0f} s", file=sys.stderr)
        by_fold[number] = load(path)
    return list(_results(table, rows, by_fold, run))


def _measure_fold(
    table: Table, rows: Sequence[Listing], number: int, folder: Path
) -> Figures:
    # Two runs at a time must not write into one folder.
    scratch = folder / f"{number}-{os.getpid()}"
    fold = read_fold(rows, number, table.folds, scratch / "rows")
    answers = ask_ours(train_ours(fold, scratch / "models"), fold)
    if table.target != FEE:
        figures: dict[str, float] = {}
        for context, suggestions in answers.items():
            measured = measure_payers(fold.test, scores_of_suggestions(suggestions))
            figures |= _in_context(context, measured)
        return {OURS: figures, LINEAR: _measure_linear(fold)}

    n_amounts = len(np.unique(fees_of(rows)))
    ours: dict[str, float] = {}
    for context, suggestions in answers.items():
        fees = fees_of_suggestions(suggestions)
        ours |= _in_context(context, measure_fees(fold.test, fees, n_amounts))
    return {OURS: ours, **_measure_baselines(fold, n_amounts)}


def _measure_baselines(fold: Fold, n_amounts: int) -> Figures:
    figures: Figures = {}
    for context, baselines in (("early", EARLY_BASELINES), ("full", FULL_BASELINES)):
        for name, predict in baselines.items():
            measured = measure_fees(fold.test, predict(fold), n_amounts)
            figures[name] = _in_context(context, measured)
    return figures


def _measure_linear(fold: Fold) -> dict[str, float]:
    """Measure logistic regression in both contexts, as the benchmark of quality does."""
    figures: dict[str, float] = {}
    for task in TASKS:
        if task.model != "shipping":
            continue
        labelled = split(fold, task)
        scores = np.array(linear(task, labelled).numbers, np.float64)
        context = "full" if task.prefix else "early"
        figures |= _in_context(context, measure_payers(labelled.test, scores))
    return figures


def _in_context(context: str, figures: dict[str, float]) -> dict[str, float]:
    return {f"{context} {name}": value for name, value in figures.items()}


def _results(
    table: Table, rows: Sequence[Listing], by_fold: dict[int, Figures], run: Run
) -> Iterator[Result]:
    """Yield a result with the values of all folds for each contestant and metric."""
    for contestant, figures in by_fold[0].items():
        for metric in figures:
            values = {
                number: of_fold[contestant][metric]
                for number, of_fold in by_fold.items()
            }
            yield repeated_result(
                run, contestant, metric, values, variant=table.name, n_rows=len(rows)
            )
