"""Sixty simulated days of a shop, with everything that a real one has, and the page about them.

Sellers list items beside suggestions of the real server, the training pipeline learns from what
they list, monitoring watches, an experiment decides between two releases.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.loop.loop import run_days
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import write_record
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.results import Run
from common.errors import ListrecError
from common.settings import Settings

MODULE = "benchmarks.loop.run"

EXAMPLES = """
python -m benchmarks.loop.run --out docs/loop/record.json && python -m benchmarks.pages
python -m benchmarks.loop.run --items 100 --home /tmp/shop
make loop
"""


def main() -> int:
    """Run the days, and write what happened."""
    arguments = _parse_arguments()
    command = format_command(MODULE, [], {"--seed": arguments.seed or ""})
    run = Run.start("loop", "synthetic", command)
    plan = _make_plan(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings = _settings(arguments.home or Path(folder))
            record = run_days(plan, settings, run, print)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if arguments.out:
        write_record(arguments.out, record)
    return 0


def _make_plan(arguments: argparse.Namespace) -> LoopPlan:
    """Return the plan whose experiment begins today, since a server knows no other day."""
    plan = LoopPlan(datetime.now(UTC).date(), seed=arguments.seed)
    if arguments.items:
        plan = replace(plan, items=arguments.items)
    return replace(plan, start=plan.start - timedelta(days=plan.experiment_day - 1))


def _settings(home: Path) -> Settings:
    """Return settings of a shop of its own below an empty folder.

    The steps of training runs inherit the environment, so it has no other shop any more.
    """
    for name in list(os.environ):
        if name.startswith(("LISTREC_", "MLFLOW_")):
            del os.environ[name]
    os.environ["LISTREC_HOME"] = str(home)
    os.environ["LISTREC_KEEP_LISTINGS"] = str(home / "photos")
    return Settings.from_environment(os.environ)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, __doc__ or "", EXAMPLES)
    add = parser.add_argument
    add("--seed", type=int, default=1, help="seed of all random draws")
    add("--items", type=int, default=0, help="items that sellers list on a day")
    add("--home", type=Path, help="an empty folder for the shop, which is kept")
    add("--out", type=Path, help="write what happened as JSON; see benchmarks.pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
