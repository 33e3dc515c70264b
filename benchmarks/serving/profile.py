"""Where the time of a request goes, in process: processor time and calls of each phase.

Run it before and after a change, on the same champion. A server adds gRPC, its queue and its log.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType

import numpy as np

from benchmarks.serving import requests
from benchmarks.serving.peers.champion import load_champion
from benchmarks.serving.phases import Batch, Phases, phases_of
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.markdown import table
from common.errors import ListrecError

MODULE = "benchmarks.serving.profile"

EXAMPLES = """
python -m benchmarks.serving.profile
python -m benchmarks.serving.profile --kind photo --batch-sizes 1 16
"""

PURPOSE = "Profile requests to the champion, which must be published, in this process."

BATCH_SIZES = (1, 4, 16, 64)
TOTAL = "total"

Figures = dict[str, list[float]]
"""A figure of each batch, for a listing, by phase."""


def main() -> int:
    """Print milliseconds with their quartiles, and calls, by phase and size of the batch."""
    arguments = _parse_arguments()
    try:
        champion = load_champion()
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    listings = requests.KINDS[arguments.kind]()
    bodies = [requests.to_message(listing) for listing in listings]
    phases = phases_of(champion)
    milliseconds, calls = {}, {}
    for size in arguments.batch_sizes:
        # The first pass warms up. Each one has batches of its own: those of another are cached.
        measure(phases, bodies, size, processor_ms)
        milliseconds[size] = measure(phases, bodies[1:], size, processor_ms)
        calls[size] = measure(phases, bodies[2:], size, count_calls)

    print(_table("ms of the processor", milliseconds, _format_with_quartiles))
    print(_table("calls", calls, lambda values: f"{np.median(values):,.0f}"))
    return 0


def measure(
    phases: Phases,
    bodies: Sequence[bytes],
    size: int,
    figure_of: Callable[[Callable[[], object]], float],
) -> Figures:
    """Return a figure of each phase for a listing, over all batches of a size."""
    figures: Figures = {name: [] for name in (*phases, TOTAL)}
    for start in range(0, len(bodies) - size + 1, size):
        batch = Batch(bodies[start : start + size])
        total = 0.0
        for name, phase in phases.items():
            figure = figure_of(partial(phase, batch)) / size
            figures[name].append(figure)
            total += figure
        figures[TOTAL].append(total)
    return figures


def processor_ms(work: Callable[[], object]) -> float:
    """Return the milliseconds of the processor that something takes."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def count_calls(work: Callable[[], object]) -> float:
    """Return the number of calls of functions, of Python and of C."""
    n_calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal n_calls
        n_calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n_calls


def _table(
    what: str,
    figures: Mapping[int, Figures],
    format_values: Callable[[Sequence[float]], str],
) -> str:
    head = [f"{what} for a listing, batch of", *map(str, figures)]
    names = next(iter(figures.values()))
    rows = [
        [name, *(format_values(of_size[name]) for of_size in figures.values())]
        for name in names
    ]
    return "\n".join([*table(head, rows), ""])


def _format_with_quartiles(values: Sequence[float]) -> str:
    low, median, high = np.percentile(values, (25, 50, 75))
    return f"{median:.3f} ({low:.3f} to {high:.3f})"


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    add = parser.add_argument
    add("--kind", default=requests.TEXT, choices=[requests.TEXT, requests.PHOTO])
    add("--batch-sizes", type=int, nargs="+", default=list(BATCH_SIZES))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
