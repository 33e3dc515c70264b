"""Throughput and latency of the champion beside an echo of the same messages.

Starts each server as a process and puts it under the same loads. Machines differ, ratios less so:
every figure stands beside that of the echo in the same run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from benchmarks.serving import requests, servers
from benchmarks.serving.load import GrpcConnection, put_under_load
from benchmarks.serving.report import ECHO, Cell, Footprint, collect, page_section
from benchmarks.serving.servers import Running
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import Run
from common.errors import ListrecError
from common.settings import Settings
from common.store.release import ReleaseStore
from models.suggester import load

MODULE = "benchmarks.serving.run"

EXAMPLES = """
listrec demo && python -m benchmarks.serving.run
python -m benchmarks.serving.run --seconds 3 --repetitions 1 --kinds text
make bench-serving
"""

PURPOSE = "Measure the champion, which must be published, under load."

METHOD = "/listing.v1.Suggester/Suggest"

KINDS = {"text": requests.text_requests, "photo": requests.photo_requests}

MAX_LOAD_AVERAGE = 0.5
"""Processes that may want a core before the start; with more, the machine is busy."""

Start = Callable[[], AbstractContextManager[Running]]


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    busy = os.getloadavg()[0]
    options = {"--seconds": arguments.seconds, "--repetitions": arguments.repetitions}
    run = Run.start("serving", "synthetic", format_command(MODULE, [], options))

    if arguments.out and busy > MAX_LOAD_AVERAGE:
        print(
            f"error: the machine is busy (load average {busy:.1f}), and figures of it would be"
            " wrong: measure later, or leave --out away to see them all the same",
            file=sys.stderr,
        )
        return 2
    try:
        cells, footprints = _measure(arguments)
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    results = collect(cells, footprints, run)
    print(page_section(run, results))
    if arguments.out:
        write_results(arguments.out, run, results)
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--seconds", type=float, default=20.0, help="duration of each measurement")
    add("--repetitions", type=int, default=3, help="measurements of each cell")
    add("--callers", type=int, nargs="+", default=[1, 16, 64])
    add("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> tuple[list[Cell], list[Footprint]]:
    bodies = {kind: KINDS[kind]() for kind in arguments.kinds}
    cells, footprints = [], []
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        answer.write_bytes(_answer_of_the_champion())
        for name, start in _servers(answer).items():
            with start() as running:
                for kind, of_kind in bodies.items():
                    for callers in arguments.callers:
                        cell = _cell(name, running, kind, of_kind, callers, arguments)
                        cells.append(cell)
                memory = tuple(running.memory())
                footprints.append(Footprint(name, running.start_seconds, memory))
    return cells, footprints


def _servers(answer: Path) -> dict[str, Start]:
    return {
        ECHO: partial(servers.echo, answer),
        "ours, 1 worker": partial(servers.ours, 1),
        "ours, 2 workers": partial(servers.ours, 2),
        "ours, four predictors": servers.four_predictors,
    }


def _answer_of_the_champion() -> bytes:
    settings = Settings.from_environment(os.environ)
    fetched = ReleaseStore(settings.store).fetch(settings.cache)
    return requests.an_answer(load(fetched))


def _cell(
    name: str,
    running: Running,
    kind: str,
    bodies: Sequence[bytes],
    callers: int,
    arguments: argparse.Namespace,
) -> Cell:
    """Measure several times; return the median by answers per second."""
    measured = []
    for _ in range(arguments.repetitions):
        connect = partial(GrpcConnection, running.address, METHOD)
        before = running.cpu_seconds()
        seen = put_under_load(connect, bodies, callers, arguments.seconds)
        spent = running.cpu_seconds() - before
        measured.append(Cell(name, kind, seen, 1000 * spent / max(seen.n_answers, 1)))
    measured.sort(key=lambda cell: cell.load.per_second)
    return measured[len(measured) // 2]


if __name__ == "__main__":
    sys.exit(main())
