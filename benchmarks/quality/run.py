"""Our models beside well-known ones, on the same rows in the same run.

Stored outputs are used again as long as the code and the rows they depend on are the same, so an
interrupted run goes on with the same command.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.peers.contestants import PEERS, Environment
from benchmarks.quality.arguments import add_fold_options, make_table_parser
from benchmarks.quality.goal_table import check_all
from benchmarks.quality.jobs import Setting
from benchmarks.quality.plan import SECTIONS, Plan, measure_all
from benchmarks.quality.report import page_section
from benchmarks.shared.command_line import format_command
from benchmarks.shared.folds import SYNTHETIC
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.result_files import read_results, write_results
from benchmarks.shared.results import Results, Run
from common.errors import ListrecError

MODULE = "benchmarks.quality.run"

EXAMPLES = """
python -m benchmarks.quality.run synthetic --rows 2000 --folds 3 --only-fold 0
python -m benchmarks.quality.run data/mercari/train.tsv --out docs/results/quality.json
python -m benchmarks.quality.run synthetic --sections market --seeds 5
make bench-quality LISTREC_DATA=data PRETRAINED_TEXT=FOLDER
"""

SCRATCH = Path("build") / "quality"
SYNTHETIC_ROWS = 8000

PEER_CODE = (
    "benchmarks/peers",
    "benchmarks/quality/jobs.py",
    "benchmarks/shared/folds.py",
    "benchmarks/shared/protocol.py",
    "models/evaluation",
    "common/listing.py",
    "common/metrics.py",
    "common/snapshot.py",
    "ingest",
    "constraints.txt",
)
"""Code that the peers' outputs depend on: if it changes they are measured again."""

OUR_CODE = (
    "benchmarks/shared/protocol.py",
    "benchmarks/shared/calibration.py",
    "benchmarks/shared/intervals.py",
    "benchmarks/quality/jobs.py",
    "benchmarks/shared/ours.py",
    "benchmarks/quality/simulated.py",
    "benchmarks/shared/folds.py",
    "common",
    "constraints.txt",
    "models",
)
"""Code that our outputs depend on."""


def main() -> int:
    """Measure, print the page's section, and write the results; returns 1 for a missed goal."""
    arguments = _parse_arguments()
    # The commit is that of the code that is measured, so it is read before anything runs.
    run = Run.start("quality", _dataset(arguments), _command(arguments))

    try:
        results = measure_all(_plan(arguments), _setting(arguments), run)
        photos = _photo_results(arguments.out)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130

    print(page_section(run, results, photos))
    if arguments.out:
        write_results(arguments.out, run, results)
    # A goal that was not measured is not missed: parts of the benchmark may be run alone.
    is_missed = any(outcome.met is False for outcome in check_all(results, photos))
    return int(is_missed)


def _parse_arguments() -> argparse.Namespace:
    purpose = "Compare our models with well-known ones on the same rows."
    parser = make_table_parser(MODULE, purpose, EXAMPLES)
    add_fold_options(parser)

    add = parser.add_argument
    add("--extra", default="", help="a second table, whose rows are added to training")
    add("--only-fold", type=int, help="measure this fold only, counted from 0")
    add("--seeds", type=int, default=5, help="number of synthetic markets")
    add("--market-rows", type=int, default=12_000, help="listings of each market")
    add("--sections", nargs="+", default=list(SECTIONS), choices=SECTIONS)
    add("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    add("--peers-python", default="", help="python of fastText and CatBoost")
    add("--workers", type=int, default=2, help="jobs at a time, each on one core")
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    return parser.parse_args()


def _plan(arguments: argparse.Namespace) -> Plan:
    folds = range(arguments.folds)
    return Plan(
        sections=arguments.sections,
        folds=folds if arguments.only_fold is None else (arguments.only_fold,),
        peers=arguments.peers,
        seeds=arguments.seeds,
        workers=arguments.workers,
    )


def _setting(arguments: argparse.Namespace) -> Setting:
    """The setting; outputs are stored under a hash of the code and the rows."""
    is_synthetic = arguments.source == SYNTHETIC
    rows = arguments.rows or (SYNTHETIC_ROWS if is_synthetic else 0)
    data = _input_paths(arguments)
    ours = fingerprint(OUR_CODE, data, rows, arguments.folds, arguments.market_rows)
    peers = fingerprint(PEER_CODE, data, rows, arguments.folds)

    return Setting(
        source=arguments.source,
        scratch=arguments.scratch / f"ours-{ours}",
        peers=arguments.scratch / f"peers-{peers}",
        rows=rows,
        folds=arguments.folds,
        extra=arguments.extra,
        environment=Environment(arguments.peers_python, arguments.pretrained_text),
        market_rows=arguments.market_rows,
    )


def _input_paths(arguments: argparse.Namespace) -> list[Path]:
    """Files and folders that the outputs depend on, beside the code."""
    names = (arguments.source, arguments.extra, arguments.pretrained_text)
    return [Path(name) for name in names if name not in ("", SYNTHETIC)]


def _photo_results(out: Path | None) -> list[Results]:
    """Results of ``benchmarks.photos.run`` beside ``out``; goals about photos need them."""
    if out is None:
        return []
    return [read_results(path)[1] for path in sorted(out.parent.glob("photos-*.json"))]


def _dataset(arguments: argparse.Namespace) -> str:
    return Path(arguments.source).name


def _command(arguments: argparse.Namespace) -> str:
    is_partial = set(arguments.sections) != set(SECTIONS)
    options = {
        "--extra": Path(arguments.extra).name,
        "--rows": arguments.rows or None,
        "--folds": arguments.folds,
        "--only-fold": arguments.only_fold,
        "--seeds": arguments.seeds,
        "--market-rows": arguments.market_rows,
        "--pretrained-text": Path(arguments.pretrained_text).name,
        "--sections": " ".join(arguments.sections) if is_partial else None,
    }
    return format_command(MODULE, [_dataset(arguments)], options)


if __name__ == "__main__":
    sys.exit(main())
