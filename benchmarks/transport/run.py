"""A listing that is typed, over POSTs that newer ones abort and over a WebSocket.

Counts what the gateway and the network do for it, and how long the seller waits. Ratios of
processor time and bytes hardly depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.results import Results, Run
from benchmarks.shared.run_benchmark import run_benchmark
from benchmarks.transport.measure import (
    NEED_PHOTOS,
    TYPING_SECONDS,
    WAYS,
    Case,
    Typing,
    measure,
)
from benchmarks.transport.network import Link
from benchmarks.transport.report import collect, page_section

MODULE = "benchmarks.transport.run"

EXAMPLES = """
listrec demo && python -m benchmarks.transport.run
python -m benchmarks.transport.run --typists 2 --states 10
make bench-transport
"""

PURPOSE = "Compare ways to ask while a seller types, with the champion."

N_PHOTOS = (0, 2)
DEBOUNCES = (TYPING_SECONDS, 0.0)
LINKS = (Link(), Link(round_trip=0.1, uplink=1_250_000))
"""This machine, and a phone: 100 ms, and 10 Mbit/s to send."""


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    options = {"--typists": arguments.typists, "--states": arguments.states}
    run = Run.start("transport", "synthetic", format_command(MODULE, [], options))
    load_average = os.getloadavg()[0]
    run = replace(run, note=f"The load average was {load_average:.2f} before.")

    def measure_all() -> Results:
        """Measure all ways in all cases."""
        return collect(list(_measure(arguments.typists, arguments.states)), run)

    return run_benchmark(run, measure_all, page_section, arguments.out)


def _measure(n_typists: int, n_states: int) -> Iterator[tuple[str, Case, Typing]]:
    for case in (Case(*each) for each in product(N_PHOTOS, DEBOUNCES, LINKS)):
        for way in WAYS:
            if case.n_photos or way not in NEED_PHOTOS:
                print(f"measuring {way}, {case}", file=sys.stderr)
                yield way, case, measure(way, case, n_typists, n_states)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--typists", type=int, default=8, help="who type at the same time")
    add("--states", type=int, default=30, help="keys of each of them")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
