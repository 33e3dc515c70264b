"""The contribution of each part of our models: everything is measured again without it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import models
from benchmarks.quality.arguments import add_fold_options, make_table_parser
from benchmarks.quality.jobs import MIN_PRICE
from benchmarks.shared.command_line import format_command
from benchmarks.shared.folds import Fold, read_fold, read_source
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.ours import train_encoders
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, Result, Results, Run, repeated_result
from benchmarks.shared.training import train_and_load
from cli.progress import progress
from common import encoders
from common.encoders import Encoder
from common.errors import ListrecError
from common.progress import Progress

MODULE = "benchmarks.quality.ablation"

EXAMPLES = """
python -m benchmarks.quality.ablation synthetic --rows 2000 --folds 3 --count 1
python -m benchmarks.quality.ablation data/mercari/train.tsv --out docs/results/ablation.json
make bench-ablation LISTREC_DATA=data PRETRAINED_TEXT=FOLDER
"""

METHOD = (
    "Folds are those of `benchmarks.quality.run`.",
    "Differences are those of the whole from what is left without a part, paired by fold: more is"
    " better. A model that does not have the part stays empty.",
    "Without trees a price still has its interval from trees on the error.",
)
"""How the benchmark measures, for the page."""

METRICS = {
    "category": ("top1", "top5"),
    "brand": ("recall", "top1"),
    "price": ("r2", "warm_r2"),
    "shipping": ("auc", "warm_auc"),
}
"""Metrics of each model that are reported."""

GAIN = "gain"
"""Last word of the metrics that are differences of the whole from what is left without a part."""

Change = Callable[[Any], Any]
"""Turns the settings of a model into those without a part."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the models.

    Attributes:
        name: name of the part.
        without: for each model that has the part, the change of its settings that removes it.
        pretrained_words: whether the encoder of pretrained words is used.
    """

    name: str
    without: Mapping[str, Change]
    pretrained_words: bool = True


def _set(name: str, **values: Any) -> Change:
    """A change of some of the settings below a name."""

    def change(config: Any) -> Any:
        """Return the settings with those of ``name`` replaced."""
        settings = replace(getattr(config, name), **values)
        return replace(config, **{name: settings})

    return change


def _same(config: Any) -> Any:
    return config


_NO_LINEAR = _set("linear", penalties=(1e9,))
_NO_PRICE_TREES = _set("boosted_trees", n_estimators=1)
_NO_SHIPPING_TREES = _set("boosted_trees", min_rows=10**9)

WHOLE = Part("whole", dict.fromkeys(models.NAMES, _same))
PARTS = (
    Part("trees", {"price": _NO_PRICE_TREES, "shipping": _NO_SHIPPING_TREES}),
    Part("linear models", dict.fromkeys(models.NAMES, _NO_LINEAR)),
    Part("words of a pretrained model", WHOLE.without, pretrained_words=False),
)

Figures = dict[tuple[str, str], dict[int, float]]
"""Values by fold, by the part that was left out and the metric."""


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    run = Run.start("ablation", Path(arguments.source).name, _command(arguments))

    try:
        figures = _measure_folds(arguments)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    results = collect(figures, run)
    print(page_section(run, results))
    if arguments.out:
        write_results(arguments.out, run, results)
    return 0


def measure(
    fold: Fold, folder: Path, text_model: str, report_progress: Progress
) -> Iterator[tuple[str, str, float]]:
    """Train with everything and without each part; yield the part, the metric and the value."""
    report_progress("training encoders", 0.0)
    paths = train_encoders(fold, folder, text_model)
    all_encoders = [encoders.load(path) for path in paths]
    parts = _parts(has_words=bool(text_model))

    for number, part in enumerate(parts):
        report_progress(f"measuring {part.name}", number / len(parts))
        # The encoder of pretrained words is the second one.
        shared = all_encoders if part.pretrained_words else all_encoders[:1]
        for metric, value in _measure_part(part, fold, folder, shared):
            yield part.name, metric, value


def _parts(has_words: bool) -> list[Part]:
    """The whole first; pretrained words can be left out only where they are there."""
    removable = [part for part in PARTS if part.pretrained_words or has_words]
    return [WHOLE, *removable]


def collect(figures: Figures, run: Run) -> Results:
    """Results of the whole, and gains of the whole over what is left without each part."""
    results: list[Result] = []

    for (part, metric), values in figures.items():
        if part == WHOLE.name:
            results.append(repeated_result(run, OURS, metric, values, variant=part))
            continue
        whole = figures[WHOLE.name, metric]
        # Paired by fold, because folds differ more from each other than parts do.
        gains = {fold: whole[fold] - values[fold] for fold in values}
        results.append(
            repeated_result(run, OURS, f"{metric} {GAIN}", gains, variant=part)
        )

    return Results(results)


def page_section(run: Run, results: Results) -> str:
    """The section ``ablation`` of the page."""
    lines = [
        "## What each part brings",
        "",
        describe_run(run),
        "",
        *bullets(METHOD),
        "",
        *result_table(results),
    ]
    return "\n".join(lines)


def result_table(results: Results) -> list[str]:
    """Lines of the table: the whole, and by how much each part makes it better."""
    columns = [
        f"{model} {metric}" for model, names in METRICS.items() for metric in names
    ]
    rows = []

    # A dictionary keeps the order of first appearance, with the whole before its parts.
    parts = dict.fromkeys([WHOLE.name, *(item.variant for item in results)])
    for part in parts:
        suffix = "" if part == WHOLE.name else f" {GAIN}"
        cells = [_cell(results, metric + suffix, part) for metric in columns]
        rows.append([part, *cells])

    return table(["", *columns], rows)


def _cell(results: Results, metric: str, variant: str) -> str:
    item = results.get(metric, OURS, variant)
    return item.estimate.format() if item else ""


def _parse_arguments() -> argparse.Namespace:
    parser = make_table_parser(
        MODULE, "Measure the gain of every part of the models.", EXAMPLES
    )
    add_fold_options(parser)
    parser.add_argument(
        "--count", type=int, default=2, help="number of folds to measure"
    )
    return parser.parse_args()


def _measure_folds(arguments: argparse.Namespace) -> Figures:
    figures: Figures = defaultdict(dict)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = arguments.source
        rows = read_source(
            source, folder / "all", rows=arguments.rows, min_price=MIN_PRICE
        )
        for number in range(arguments.count):
            fold = read_fold(rows, number, arguments.folds, folder / str(number))
            with progress(f"fold {number}") as report_progress:
                values = measure(
                    fold, folder, arguments.pretrained_text, report_progress
                )
                for part, metric, value in values:
                    figures[part, metric][number] = value

    return figures


def _measure_part(
    part: Part, fold: Fold, folder: Path, shared: Sequence[Encoder]
) -> Iterator[tuple[str, float]]:
    """Train the models that have the part without it; yield ``model metric`` and its value."""
    for model, change in part.without.items():
        figures = _evaluate(model, change, fold, folder, shared)
        for metric, value in figures:
            yield f"{model} {metric}", value


def _evaluate(
    model: str,
    change: Change,
    fold: Fold,
    folder: Path,
    shared: Sequence[Encoder],
) -> Iterator[tuple[str, float]]:
    config = change(models.config(model))
    predictor = train_and_load(model, fold.snapshot, folder, shared, config)

    metrics = models.evaluate(model, predictor, fold.test)
    for metric in METRICS[model]:
        yield metric, metrics[metric]


def _command(arguments: argparse.Namespace) -> str:
    options = {
        "--pretrained-text": Path(arguments.pretrained_text).name,
        "--rows": arguments.rows or None,
        "--folds": arguments.folds,
        "--count": arguments.count,
    }
    return format_command(MODULE, [Path(arguments.source).name], options)


if __name__ == "__main__":
    sys.exit(main())
