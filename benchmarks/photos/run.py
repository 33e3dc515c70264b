"""Categories, brands and prices from a photo, from text and from both, by kind of photo encoder.

A fold is not measured again as long as its code and rows are the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.photos.measure import encoder_configs, measure_fold
from benchmarks.photos.report import page_section
from benchmarks.photos.rows import SETS, read_set
from benchmarks.shared.command_line import data_folder, format_command, make_parser
from benchmarks.shared.folds import make_folds
from benchmarks.shared.result_cache import fingerprint, load, store
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import TRAIN, Results, Run, repeated_result
from cli.progress import progress
from common.errors import ListrecError

MODULE = "benchmarks.photos.run"

EXAMPLES = """
LISTREC_DATA=data python -m benchmarks.photos.run --sets clothing --folds 2 --only 1
LISTREC_DATA=data python -m benchmarks.photos.run --pretrained FOLDER --out docs/results
make bench-photos LISTREC_DATA=data PRETRAINED=FOLDER
"""

SCRATCH = Path("build") / "photos"

CODE = (
    "benchmarks/shared/folds.py",
    "benchmarks/shared/training.py",
    "benchmarks/photos/measure.py",
    "benchmarks/photos/rows.py",
    "benchmarks/shops/rows.py",
    "common",
    "constraints.txt",
    "models",
)
"""Code that results depend on: if it changes they are measured again."""


def main() -> int:
    """Measure, print the page's sections, and write the results."""
    arguments = _parse_arguments()

    try:
        data = data_folder(" and ".join(SETS))
        for name in arguments.sets:
            run = Run.start("photos", name, _command(arguments, name))
            results = _measure_set(data / name, arguments, run)
            print(page_section(run, results))
            if arguments.out:
                write_results(arguments.out / f"photos-{name}.json", run, results)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _parse_arguments() -> argparse.Namespace:
    description = "Compare photo encoders on real photos below LISTREC_DATA."
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--pretrained", help="name or folder of a photo model, none by default")
    add("--folds", type=int, default=5, help="number of folds, 2 or more")
    add("--only", type=int, help="measure only this many of the folds")
    add("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    add(
        "--not-tuned",
        action="store_true",
        help="use the pretrained model as it is alone: tuning takes ten minutes a fold",
    )
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    add("--out", type=Path, help="folder of JSON files to write; see benchmarks.pages")
    return parser.parse_args()


def _measure_set(data: Path, arguments: argparse.Namespace, run: Run) -> Results:
    """Measure the folds of a data set that are not stored yet, and collect all results."""
    inputs = sorted(data.glob("listings.*"))
    if arguments.pretrained:
        inputs.append(Path(arguments.pretrained))
    key = fingerprint(CODE, inputs, run.dataset, arguments.folds, arguments.not_tuned)
    outputs = []
    for fold in range(arguments.folds)[: arguments.only]:
        outputs.append(arguments.scratch / f"{run.dataset}-{key}-{fold}.json")

    # Reading and ingesting the rows takes minutes: only for a fold that is missing.
    if not all(path.exists() for path in outputs):
        _measure_folds(data, outputs, arguments)
    return collect(outputs, run)


def _measure_folds(
    data: Path, outputs: Sequence[Path], arguments: argparse.Namespace
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = read_set(data, folder)
        folds = make_folds(rows, arguments.folds, folder)

        # With --only there are fewer outputs than folds. Folds are made one at a time.
        for path, fold in zip(outputs, folds, strict=False):
            if path.exists():
                continue
            with progress(path.stem) as report_progress:
                configs = encoder_configs(arguments.pretrained, arguments.not_tuned)
                figures = measure_fold(fold, configs, folder, report_progress)
                store(path, list(figures))


def collect(outputs: Sequence[Path], run: Run) -> Results:
    """Collect the stored outputs of the folds: encoder, metric and value."""
    figures: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for fold, path in enumerate(outputs):
        for encoder, metric, value in load(path):
            figures[encoder, metric][fold] = value

    results = [
        repeated_result(run, encoder, metric, values, variant=TRAIN)
        for (encoder, metric), values in figures.items()
    ]
    return Results(results)


def _command(arguments: argparse.Namespace, dataset: str) -> str:
    options = {
        "--pretrained": Path(arguments.pretrained or "").name,
        "--folds": arguments.folds,
        "--only": arguments.only,
        "--sets": dataset,
    }
    flags = ["--not-tuned"] if arguments.not_tuned else []
    return format_command(MODULE, flags, options)


if __name__ == "__main__":
    sys.exit(main())
