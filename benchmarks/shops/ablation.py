"""What every part of the ensembles brings in every shop: each is left out once.

Parts are found in what was trained, so that a new member is measured without a change here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import models
from benchmarks.quality.ablation import METRICS
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.ours import load_encoder, train_encoders
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, Run
from benchmarks.shared.training import train_and_load
from benchmarks.shops.ablation_report import WHOLE, collect, page_section
from benchmarks.shops.jobs import Job, Setting, checksum_rows
from benchmarks.shops.labels import measurable_models
from benchmarks.shops.our_jobs import OUR_CODE
from benchmarks.shops.parts import trained_once
from benchmarks.shops.rows import SCRATCH, read_rows
from benchmarks.shops.shop_file import SHOPS, choose_shops
from common.encoders import Encoder
from common.errors import ListrecError

MODULE = "benchmarks.shops.ablation"

EXAMPLES = """
python -m benchmarks.shops.ablation --shop thredup vinted --model category --count 1
python -m benchmarks.shops.ablation --out docs/results/shops-ablation.json
"""

CODE = (*OUR_CODE, "benchmarks/shops/ablation.py", "benchmarks/shops/parts.py")

Figures = dict[str, dict[str, float]]
"""Metrics and values by the part that was left out."""


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    run = Run.start("shops-ablation", arguments.file.name, _command(arguments))

    try:
        results = collect(_measure_shops(arguments), run)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    print(page_section(run, results))
    if arguments.out:
        write_results(arguments.out, run, results)
    return 0


def measure(model: str, fold: Fold, folder: Path) -> Figures:
    """Train a model, and fit it again without each part; return the figures by part."""
    shared = [load_encoder(path, folder) for path in train_encoders(fold, folder)]
    with trained_once() as ensemble:
        figures = {WHOLE: _evaluate(model, fold, shared, folder)}
        for part in ensemble.parts():
            ensemble.left_out = part
            figures[part] = _evaluate(model, fold, shared, folder)
    return figures


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(
        MODULE, "Measure the gain of every part of the models in every shop.", EXAMPLES
    )
    add = parser.add_argument
    add("--file", type=Path, default=SHOPS, help="file of shops")
    add("--shop", nargs="+", default=[], metavar="NAME", help="in these shops only")
    add("--model", nargs="+", default=list(models.NAMES), choices=models.NAMES)
    add("--count", type=int, default=2, help="number of folds to measure")
    add("--workers", type=int, default=2, help="jobs at a time, each on one core")
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _measure_shops(arguments: argparse.Namespace) -> dict[Job, dict[str, Any]]:
    setting = Setting(arguments.scratch, workers=arguments.workers)
    setting.scratch.mkdir(parents=True, exist_ok=True)
    paths = dict(_jobs(arguments, setting))
    return run_jobs(paths, partial(_measure, setting=setting), setting.workers)


def _jobs(
    arguments: argparse.Namespace, setting: Setting
) -> Iterator[tuple[Job, Path]]:
    """Yield the jobs, each with the file of its output."""
    folder = setting.scratch / f"ablation-{fingerprint(CODE, ())}"
    for shop in choose_shops(arguments.file, arguments.shop):
        rows = read_rows(shop, setting.scratch)
        data = checksum_rows(rows, shop)
        names = [name for name in measurable_models(rows) if name in arguments.model]
        n_folds = min(arguments.count, shop.folds)
        for number, name in product(range(n_folds), names):
            job = Job(shop, number, OURS, name)
            yield job, folder / f"{data}-{shop.kind}-{number}-{name}.json"


def _measure(job: Job, setting: Setting) -> Figures:
    rows = read_rows(job.shop, setting.scratch)
    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        folder = Path(name)
        fold = read_fold(rows, job.number, job.shop.folds, folder / "fold")
        return measure(job.model, fold, folder)


def _evaluate(
    model: str, fold: Fold, shared: Sequence[Encoder], folder: Path
) -> dict[str, float]:
    predictor = train_and_load(model, fold.snapshot, folder, shared)

    metrics = models.evaluate(model, predictor, fold.test)
    reported = METRICS[model]
    return {name: metrics[name] for name in reported if name in metrics}


def _command(arguments: argparse.Namespace) -> str:
    is_partial = set(arguments.model) != set(models.NAMES)
    options = {
        "--shop": " ".join(arguments.shop),
        "--model": " ".join(arguments.model) if is_partial else None,
        "--count": arguments.count,
    }
    return format_command(MODULE, [], options)


if __name__ == "__main__":
    sys.exit(main())
