"""What sellers see when workers and predictors die, hang or are slow, and more.

Starts servers of the champion as processes, keeps asking them, and disturbs them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults.callers import Observation, measure, requests
from benchmarks.faults.faults import FAULTS, Fault, nothing
from benchmarks.faults.report import collect, page_section
from benchmarks.faults.servers import Servers, two_workers
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.idle import check_idle
from benchmarks.shared.results import Results, Run
from benchmarks.shared.run_benchmark import run_benchmark
from common.errors import InputError
from common.settings import Settings

MODULE = "benchmarks.faults.run"

EXAMPLES = """
listrec demo && python -m benchmarks.faults.run
python -m benchmarks.faults.run --only worker --seconds 2
make bench-faults
"""

PURPOSE = (
    "Disturb servers of the champion, which must be published, while they are asked."
)

QUIET = Fault("none", two_workers, nothing, seconds=2.0)

FIRST_CALLERS, MAX_CALLERS = 16, 256
MIN_GAIN = 1.1
"""What twice the callers bring at least, as a ratio of answers, before a server is saturated."""


def main() -> int:
    """Disturb, print the page's section, and write the results."""
    arguments = _parse_arguments()
    options = {"--callers": arguments.callers, "--seconds": arguments.seconds}
    run = Run.start("faults", "synthetic", format_command(MODULE, [], options))

    def measure_all() -> Results:
        """Disturb servers in all ways that are asked for."""
        if arguments.out:
            check_idle()
        return collect(_observe_all(arguments), run)

    return run_benchmark(run, measure_all, page_section, arguments.out)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--callers", type=int, default=8, help="callers at a time")
    add("--seconds", type=float, default=4.0, help="time before and after each fault")
    add("--only", default="", metavar="WORDS", help="faults whose names have the words")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _observe_all(arguments: argparse.Namespace) -> list[Observation]:
    bodies = requests()
    observations = []
    with tempfile.TemporaryDirectory() as folder:
        home = _copy_store(Settings.from_environment(os.environ), Path(folder))
        for fault in FAULTS:
            if arguments.only not in fault.name:
                continue
            with fault.start(home) as servers:
                callers = arguments.callers
                if fault.times_callers:
                    callers = _saturating_callers(servers, bodies)
                observations.append(
                    measure(servers, fault, bodies, callers, arguments.seconds)
                )
    return observations


def _copy_store(settings: Settings, home: Path) -> Path:
    """Copy the release store, which will be lost; raises ``InputError`` where it is no folder."""
    if not Path(settings.store).is_dir():
        raise InputError(
            f"{settings.store} is no folder with a release store: run 'listrec demo', or set"
            " LISTREC_STORE to a folder"
        )
    shutil.copytree(settings.store, home / "store")
    return home


def _saturating_callers(servers: Servers, bodies: Sequence[bytes]) -> int:
    """Return the number of callers at which twice as many bring hardly more answers."""
    callers, best = FIRST_CALLERS, 0.0
    while callers < MAX_CALLERS:
        seen = measure(servers, QUIET, bodies, callers, 0.0)
        per_second = sum(each.is_whole for each in seen.requests) / seen.seconds
        if per_second < MIN_GAIN * best:
            return callers // 2
        callers, best = 2 * callers, per_second
    return callers


if __name__ == "__main__":
    sys.exit(main())
