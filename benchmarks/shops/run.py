"""Our models by default settings beside tuned peers, in every shop of a file.

Outputs are stored job by job, so an interrupted run goes on with the same command: those of peers
until a shop's rows or the peer's version change, ours until our code changes.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from benchmarks.peers.contestants import Environment
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shared.run_benchmark import run_benchmark
from benchmarks.shops.collect import collect
from benchmarks.shops.jobs import Setting
from benchmarks.shops.measure import Plan, measure_shops
from benchmarks.shops.peer_jobs import SHOP_PEERS
from benchmarks.shops.report import page_section
from benchmarks.shops.rows import SCRATCH
from benchmarks.shops.shop_file import SHOPS, choose_shops

MODULE = "benchmarks.shops.run"

EXAMPLES = """
python -m benchmarks.shops.run --shop thredup vinted --ours-only
python -m benchmarks.shops.run --shop ebay --contestant ours "tf-idf + linear" --only-fold 0
python -m benchmarks.shops.run --shop ebay --workers 0
python -m benchmarks.shops.run --out docs/results/shops.json --peers-python PYTHON
make bench-shops LISTREC_DATA=data PRETRAINED_TEXT=FOLDER
"""

PURPOSE = (
    "Compare our models with tuned peers in every shop, on the rows of LISTREC_DATA."
)

CONTESTANTS = (OURS, *SHOP_PEERS)


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    # The commit is that of the code that is measured, so it is read before anything runs.
    run = Run.start("shops", arguments.file.name, _command(arguments))

    measure_all = partial(_measure, arguments, run)
    return run_benchmark(run, measure_all, page_section, arguments.out)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--file", type=Path, default=SHOPS, help="file of shops")
    add("--shop", nargs="+", default=[], metavar="NAME", help="in these shops only")
    add(
        "--contestant",
        nargs="+",
        default=CONTESTANTS,
        choices=CONTESTANTS,
        metavar="NAME",
        help=f"{', '.join(CONTESTANTS)}; all by default",
    )
    add("--ours-only", action="store_true", help="measure no peer")
    add("--only-fold", type=int, help="measure this fold only, counted from 0")
    add("--peers-python", default="", help="python of fastText and CatBoost")
    add("--pretrained-text", default="", help="folder of a sentence model")
    add("--workers", type=int, default=2, help="jobs at a time; 0 reads stored ones")
    add("--scratch", type=Path, default=SCRATCH, help="folder of stored outputs")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace, run: Run) -> Results:
    shops = choose_shops(arguments.file, arguments.shop)
    contestants = [OURS] if arguments.ours_only else arguments.contestant
    plan = Plan(tuple(contestants), arguments.only_fold)
    environment = Environment(arguments.peers_python, arguments.pretrained_text)
    setting = Setting(arguments.scratch, environment, arguments.workers)
    outputs, n_rows = measure_shops(shops, plan, setting)
    return collect(outputs, n_rows, run)


def _command(arguments: argparse.Namespace) -> str:
    is_partial = set(arguments.contestant) != set(CONTESTANTS)
    quoted = " ".join(f'"{name}"' for name in arguments.contestant)
    options = {
        "--shop": " ".join(arguments.shop),
        "--contestant": quoted if is_partial else None,
        "--ours-only": " " if arguments.ours_only else None,
        "--only-fold": arguments.only_fold,
        "--pretrained-text": Path(arguments.pretrained_text).name,
    }
    return format_command(MODULE, [], options).strip()


if __name__ == "__main__":
    sys.exit(main())
