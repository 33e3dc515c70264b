"""How good the models are by the number of rows that a shop can learn from."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.shared.folds import read_fold
from benchmarks.shared.ours import load_encoder, train_encoders
from benchmarks.shops.experiment import Experiment, Figures, run, train_and_measure
from benchmarks.shops.jobs import Job
from benchmarks.shops.learning_curve_report import ROWS, collect, page_section
from common.listing import Listing

MODULE = "benchmarks.shops.learning_curve"

EXAMPLES = """
python -m benchmarks.shops.learning_curve --shop vinted --model category --count 1
python -m benchmarks.shops.learning_curve --out docs/results/shops-curve.json
"""

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Shares of the groups of rows that are not tested."""


def measure(job: Job, rows: Sequence[Listing], folder: Path) -> Figures:
    """Train a model on each share of the rows; return figures, and the number of rows, by share."""
    figures = {}
    for share in SHARES:
        out = folder / str(share)
        fold = read_fold(rows, job.number, job.shop.folds, out / "fold", share=share)
        shared = [load_encoder(path, out) for path in train_encoders(fold, out)]
        metrics = train_and_measure(job.model, fold, out, shared)
        n_rows = len(fold.train) + len(fold.validation)
        figures[str(share)] = {**metrics, ROWS: n_rows}
    return figures


EXPERIMENT = Experiment(
    name="shops-curve",
    module=MODULE,
    description="Measure the models in every shop by the number of training rows.",
    examples=EXAMPLES,
    code=("benchmarks/shops/learning_curve.py",),
    measure=measure,
    collect=collect,
    page_section=page_section,
)


if __name__ == "__main__":
    sys.exit(run(EXPERIMENT))
