"""What every part of the ensembles brings in every shop: each is left out once, all else trained.

Parts are those of the specifications, so that a new member is measured without a change here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import models
from benchmarks.quality.ablation import GAIN, METRICS
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.folds import Fold, read_fold
from benchmarks.shared.jobs import run_jobs
from benchmarks.shared.markdown import bullets, describe_run, format_values, table
from benchmarks.shared.ours import load_encoder, train_encoders
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, Result, Results, Run, repeated_result
from benchmarks.shops.jobs import Job, Setting, checksum_rows
from benchmarks.shops.labels import measurable_models
from benchmarks.shops.our_jobs import OUR_CODE
from benchmarks.shops.parts import left_out, parts_of
from benchmarks.shops.rows import SCRATCH, read_rows
from benchmarks.shops.shop_file import SHOPS, read_shops
from common.encoders import Encoder
from common.errors import ListrecError

MODULE = "benchmarks.shops.ablation"

EXAMPLES = """
python -m benchmarks.shops.ablation --shop thredup vinted --model category --count 1
python -m benchmarks.shops.ablation --out docs/results/shops-ablation.json
"""

WHOLE = "whole"
"""The variant with every part."""

METHOD = (
    "Shops and folds are those of `benchmarks.shops.run`; the models have their default settings.",
    "A gain is what the whole has over what is left without the part, paired by fold, and its mean"
    " over the shops with the standard error between shops. More is better.",
)
"""How the benchmark measures, for the page."""

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
    """Train a model with everything and without each part; return the figures by part.

    A part that the model cannot be trained without has no figures.
    """
    shared = [load_encoder(path, folder) for path in train_encoders(fold, folder)]
    with left_out(model) as specs:
        figures = {WHOLE: _evaluate(model, fold, shared, folder)}

    for part in parts_of(specs[0]):
        try:
            with left_out(model, part):
                figures[part] = _evaluate(model, fold, shared, folder)
        except (ListrecError, ValueError, KeyError, IndexError) as error:
            print(f"{model} cannot be without {part}: {error}", file=sys.stderr)
    return figures


def collect(outputs: Mapping[Job, Mapping[str, Any]], run: Run) -> Results:
    """Results of the whole, and the gain that each part brings: the variant is shop and part."""
    values: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
    for job, figures in outputs.items():
        for part, metrics in figures.items():
            for metric, value in metrics.items():
                # Paired by fold, because folds differ more than parts do.
                gain = value if part == WHOLE else figures[WHOLE][metric] - value
                name = f"{job.model} {metric}" + ("" if part == WHOLE else f" {GAIN}")
                values[f"{job.shop.name}: {part}", part, name][job.number] = gain

    results: list[Result] = []
    for (variant, part, name), by_fold in values.items():
        results.append(
            repeated_result(run, OURS, name, by_fold, variant=variant, slice=part)
        )
    return Results(results)


def page_section(run: Run, results: Results) -> str:
    """The section ``shops ablation`` of the page."""
    lines = ["## What each part brings over all shops", "", describe_run(run), ""]
    return "\n".join([*lines, *bullets(METHOD), "", *result_table(results)])


def result_table(results: Results) -> list[str]:
    """Lines of the table: the gain of each part in each metric, over the shops."""
    by_part: dict[tuple[str, str], list[float]] = defaultdict(list)
    for item in results:
        if item.metric.endswith(GAIN) and item.value is not None:
            metric = item.metric.removesuffix(f" {GAIN}")
            by_part[metric, item.slice].append(item.value)

    rows = []
    for (metric, part), gains in sorted(by_part.items()):
        n_better = sum(gain > 0 for gain in gains)
        cells = [format_values(gains, 4), f"{n_better} of {len(gains)}"]
        rows.append([metric, part, *cells])
    return table(["metric", "part", "gain", "shops that gain"], rows)


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
    for shop in read_shops(arguments.file).values():
        if arguments.shop and shop.name not in arguments.shop:
            continue

        rows = read_rows(shop, setting.scratch)
        data = checksum_rows(rows, shop)
        kind = "photos" if shop.photos else "text"
        for number in range(min(arguments.count, shop.folds)):
            for model in measurable_models(rows):
                if model in arguments.model:
                    job = Job(shop, number, OURS, model)
                    yield job, folder / f"{data}-{kind}-{number}-{model}.json"


def _measure(job: Job, setting: Setting) -> Figures:
    rows = read_rows(job.shop, setting.scratch)
    with tempfile.TemporaryDirectory(dir=setting.scratch) as name:
        folder = Path(name)
        fold = read_fold(rows, job.number, job.shop.folds, folder / "fold")
        return measure(job.model, fold, folder)


def _evaluate(
    model: str, fold: Fold, shared: Sequence[Encoder], folder: Path
) -> dict[str, float]:
    artifact = models.train(model, fold.snapshot, shared, folder, models.config(model))
    predictor = models.load(model, artifact, shared)
    metrics = models.evaluate(model, predictor, fold.test)
    return {name: metrics[name] for name in METRICS[model] if name in metrics}


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
