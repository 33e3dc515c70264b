"""Experiments with our models in shops: a command line, stored outputs, and a section of a page.

An experiment measures each model of a shop under several conditions, such as the share of the
training rows or the part that is left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import models
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.folds import Fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shared.training import train_and_load
from benchmarks.shops.jobs import Job, Setting, checksum_rows
from benchmarks.shops.labels import measurable_models
from benchmarks.shops.our_jobs import OUR_CODE
from benchmarks.shops.rows import SCRATCH, read_rows
from benchmarks.shops.shop_file import SHOPS, choose_shops
from common.encoders import Encoder
from common.errors import ListrecError
from common.listing import Listing

METRICS = {
    "category": ("top1", "top5"),
    "brand": ("recall", "top1", "warm_recall"),
    "price": ("r2", "warm_r2"),
    "shipping": ("auc", "warm_auc"),
}
"""Metrics of each model that are reported."""

CODE = ("benchmarks/shared/training.py", "benchmarks/shops/experiment.py")
"""Code that the outputs of every experiment depend on, beside ours."""

Figures = dict[str, dict[str, float]]
"""Metrics and values by condition."""

Measure = Callable[[Job, Sequence[Listing], Path], Figures]
"""Measures a model on a fold of a shop's rows, with a folder to write to."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment.

    Attributes:
        name: name of its results.
        module: module to run.
        description: what it does, for ``--help``.
        examples: commands, for ``--help``.
        code: further code that its outputs depend on.
        measure: measures one model on one fold; a function of a module, since it is pickled.
        collect: turns the outputs of all jobs into results.
        page_section: renders the results.
    """

    name: str
    module: str
    description: str
    examples: str
    code: tuple[str, ...]
    measure: Measure
    collect: Callable[[Mapping[Job, Mapping[str, Any]], Run], Results]
    page_section: Callable[[Run, Results], str]


def run(experiment: Experiment) -> int:
    """Measure, print the page's section, and write the results; returns the exit code."""
    arguments = _parse_arguments(experiment)
    started = Run.start(
        experiment.name, arguments.file.name, _command(experiment, arguments)
    )

    try:
        outputs = _measure_shops(experiment, arguments)
        results = experiment.collect(outputs, started)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    print(experiment.page_section(started, results))
    if arguments.out:
        write_results(arguments.out, started, results)
    return 0


def train_and_measure(
    model: str, fold: Fold, folder: Path, shared: Sequence[Encoder]
) -> dict[str, float]:
    """Train a model on a fold by default settings; return its reported metrics on the test rows."""
    predictor = train_and_load(model, fold.snapshot, folder, shared)
    metrics = models.evaluate(model, predictor, fold.test)
    return {name: metrics[name] for name in METRICS[model] if name in metrics}


def _parse_arguments(experiment: Experiment) -> argparse.Namespace:
    parser = make_parser(experiment.module, experiment.description, experiment.examples)
    add = parser.add_argument
    add("--file", type=Path, default=SHOPS, help="file of shops")
    add("--shop", nargs="+", default=[], metavar="NAME", help="in these shops only")
    add("--model", nargs="+", default=list(models.NAMES), choices=models.NAMES)
    add("--count", type=int, default=2, help="number of folds to measure")
    add("--workers", type=int, default=2, help="jobs at a time, each on one core")
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _measure_shops(
    experiment: Experiment, arguments: argparse.Namespace
) -> dict[Job, dict[str, Any]]:
    setting = Setting(arguments.scratch, workers=arguments.workers)
    setting.scratch.mkdir(parents=True, exist_ok=True)
    paths = dict(_jobs(experiment, arguments, setting))
    measure = partial(_measure, measure=experiment.measure, setting=setting)
    return run_jobs(paths, measure, setting.workers)


def _jobs(
    experiment: Experiment, arguments: argparse.Namespace, setting: Setting
) -> Iterator[tuple[Job, Path]]:
    """Yield the jobs, each with the file of its output."""
    code = fingerprint((*OUR_CODE, *CODE, *experiment.code), ())
    folder = setting.scratch / f"{experiment.name}-{code}"
    for shop in choose_shops(arguments.file, arguments.shop):
        rows = read_rows(shop, setting.scratch)
        data = checksum_rows(rows, shop)
        names = [name for name in measurable_models(rows) if name in arguments.model]
        for number in range(min(arguments.count, shop.folds)):
            for name in names:
                job = Job(shop, number, OURS, name)
                yield job, folder / f"{data}-{shop.kind}-{number}-{name}.json"


def _measure(job: Job, measure: Measure, setting: Setting) -> Figures:
    rows = read_rows(job.shop, setting.scratch)
    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        return measure(job, rows, Path(name))


def _command(experiment: Experiment, arguments: argparse.Namespace) -> str:
    is_partial = set(arguments.model) != set(models.NAMES)
    options = {
        "--shop": " ".join(arguments.shop),
        "--model": " ".join(arguments.model) if is_partial else None,
        "--count": arguments.count,
    }
    return format_command(experiment.module, [], options)
