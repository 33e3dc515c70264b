"""What every part of the ensembles brings in every shop: each is left out once.

Parts are found in what was trained, so that a new member is measured without a change here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.ours import load_encoder, train_encoders
from benchmarks.shops.ablation_report import WHOLE, collect, page_section
from benchmarks.shops.experiment import Experiment, Figures, run, train_and_measure
from benchmarks.shops.jobs import Job
from benchmarks.shops.parts import trained_once
from common.listing import Listing

MODULE = "benchmarks.shops.ablation"

EXAMPLES = """
python -m benchmarks.shops.ablation --shop thredup vinted --model category --count 1
python -m benchmarks.shops.ablation --out docs/results/shops-ablation.json
"""


def measure(model: str, fold: Fold, folder: Path) -> Figures:
    """Train a model, and fit it again without each part; return the figures by part."""
    shared = [load_encoder(path, folder) for path in train_encoders(fold, folder)]
    with trained_once() as ensemble:
        figures = {WHOLE: train_and_measure(model, fold, folder, shared)}
        for part in ensemble.parts():
            ensemble.left_out = part
            figures[part] = train_and_measure(model, fold, folder, shared)
    return figures


def _measure(job: Job, rows: Sequence[Listing], folder: Path) -> Figures:
    fold = read_fold(rows, job.number, job.shop.folds, folder / "fold")
    return measure(job.model, fold, folder)


EXPERIMENT = Experiment(
    name="shops-ablation",
    module=MODULE,
    description="Measure the gain of every part of the models in every shop.",
    examples=EXAMPLES,
    code=("benchmarks/shops/ablation.py", "benchmarks/shops/parts.py"),
    measure=_measure,
    collect=collect,
    page_section=page_section,
)


if __name__ == "__main__":
    sys.exit(run(EXPERIMENT))
