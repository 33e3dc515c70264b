"""Throughput and latency of the champion beside an echo of the same messages, and beside peers.

Starts each server as a process and puts it under the same loads. Machines differ, ratios less so:
every figure stands beside those of the echo and of the peers in the same run. Each row is stored as
soon as it is measured, so an interrupted run goes on with the same command.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.serving import http_report, report, requests
from benchmarks.serving.contestants import (
    CALLERS,
    LARGE_CALLERS,
    Contestant,
    contestants,
    http_contestants,
)
from benchmarks.serving.goals import BARE
from benchmarks.serving.measure import Plan, measure, measure_bare
from benchmarks.serving.peers.champion import load_champion
from benchmarks.serving.rows import Row, RowStore
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.idle import check_idle
from benchmarks.shared.result_cache import fingerprint
from benchmarks.shared.results import Results, Run
from benchmarks.shared.run_benchmark import run_benchmark
from models.suggester import Suggester

MODULE = "benchmarks.serving.run"

EXAMPLES = """
listrec demo && python -m benchmarks.serving.run --seconds 4
python -m benchmarks.serving.run --seconds 3 --repetitions 1 --kinds text --without-peers
python -m benchmarks.serving.run --http --seconds 4
make bench-serving
"""

PURPOSE = "Measure the champion, which must be published, under load."

CODE = ("benchmarks/serving", "cli", "common", "models", "serving")
"""What is measured, and what measures."""

ALL_CALLERS = sorted({*CALLERS, *LARGE_CALLERS})
ALL_KINDS = list(requests.KINDS)

WORK = Path("build/bench-serving")


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    run = Run.start("serving", "synthetic", _command(arguments))
    load_average = os.getloadavg()[0]
    run = replace(run, note=f"The load average was {load_average:.2f} before.")

    def measure_all() -> Results:
        """Measure the rows that are not stored yet; return the results of all."""
        champion = load_champion()
        store = RowStore(WORK, _fingerprint(arguments, champion))
        return report.collect(_measure(arguments, champion, store), run)

    page_section = http_report.page_section if arguments.http else report.page_section
    code = run_benchmark(run, measure_all, page_section, arguments.out)
    if code == 0:
        RowStore(WORK, "").clear()
    return code


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--seconds", type=float, default=20.0, help="duration of each measurement")
    add("--repetitions", type=int, default=3, help="measurements of each cell")
    add("--callers", type=int, nargs="+", default=ALL_CALLERS, choices=ALL_CALLERS)
    add("--kinds", nargs="+", default=ALL_KINDS, choices=ALL_KINDS)
    add("--http", action="store_true", help="measure the gateway, beside gRPC")
    add("--without-peers", action="store_true", help="measure ours and the limits only")
    add(
        "--environments",
        type=Path,
        default=Path(),
        help="folder with the environments of the peers, .venv-NAME",
    )
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _command(arguments: argparse.Namespace) -> str:
    options = {"--seconds": arguments.seconds, "--repetitions": arguments.repetitions}
    flags = ["--http"] if arguments.http else []
    flags += ["--without-peers"] if arguments.without_peers else []
    for name, values, all_values in (
        ("--callers", arguments.callers, ALL_CALLERS),
        ("--kinds", arguments.kinds, ALL_KINDS),
    ):
        if values != all_values:
            flags.append(f"{name} {shlex.join(map(str, values))}")
    return format_command(MODULE, flags, options)


def _fingerprint(arguments: argparse.Namespace, champion: Suggester) -> str:
    options = (arguments.seconds, arguments.repetitions, arguments.http)
    loads = (arguments.callers, arguments.kinds)
    return fingerprint(CODE, [], champion.release, *options, *loads)


def _measure(
    arguments: argparse.Namespace, champion: Suggester, store: RowStore
) -> list[Row]:
    """Measure every row that is not stored yet."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        steps = _steps(arguments, champion, Path(folder) / "answer")
        for name, measure_row in steps.items():
            row = store.load(name)
            if row is None:
                if arguments.out:
                    check_idle()
                print(f"measuring {name}", file=sys.stderr)
                row = measure_row()
                # What failed is tried again.
                if not row.failure:
                    store.store(row)
            rows.append(row)
    return rows


def _steps(
    arguments: argparse.Namespace, champion: Suggester, answer: Path
) -> dict[str, Callable[[], Row]]:
    """What measures each row, by the name of the row; ``answer`` is a file for that of an echo."""
    measured = _contestants(arguments, champion, answer)
    kinds = {kind for contestant in measured for kind in contestant.loads}
    plan = Plan(
        arguments.seconds,
        arguments.repetitions,
        arguments.callers,
        {kind: requests.KINDS[kind]() for kind in arguments.kinds if kind in kinds},
    )
    steps: dict[str, Callable[[], Row]] = {
        contestant.name: partial(measure, contestant, plan, champion)
        for contestant in measured
    }
    return steps if arguments.http else steps | {BARE: partial(measure_bare, plan)}


def _contestants(
    arguments: argparse.Namespace, champion: Suggester, answer: Path
) -> list[Contestant]:
    """Return the servers that are measured, and write what an echo answers."""
    if arguments.http:
        answer.write_bytes(requests.an_http_answer(champion))
        return http_contestants(answer)
    answer.write_bytes(requests.an_answer(champion))
    return [
        contestant
        for contestant in contestants(answer, arguments.environments)
        if not (contestant.is_peer and arguments.without_peers)
    ]


if __name__ == "__main__":
    sys.exit(main())
