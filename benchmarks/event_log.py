"""The log of events beside one ``fdatasync`` for each event: appends per second, and their wait.

Callers append one event after the other, as requests do. Both forms write the same bytes to the
same disk, in turn, so that a change of its speed meets both.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.serving.goals import value_of
from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.markdown import describe_run, table
from benchmarks.shared.results import OURS, Results, Run, result
from benchmarks.shared.run_benchmark import run_benchmark
from common.event_lines import format_event
from common.event_log.frames import frame
from common.event_log.log import EventLog
from common.events import Outcome, new_event_id

MODULE = "benchmarks.event_log"

EXAMPLES = """
python -m benchmarks.event_log
python -m benchmarks.event_log --folder /mnt/other --seconds 10
make bench-events
"""

CALLERS = (1, 8, 64, 512)
"""Requests at the same time."""

LOG, ONE_BY_ONE = "log", "one by one"

UNITS = {"per_second": "1/s", "wait_ms": "milliseconds"}
DIGITS = (0, 1, 0, 1)
"""Decimal places of both figures, of the log and of one by one."""

OUTCOME = Outcome("8f14e45f", "brand", "Nike", datetime(2026, 1, 31, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Appends:
    """Appends that were acknowledged, per second, and the median wait of a caller in seconds."""

    per_second: float
    wait: float


def collect(folder: Path, seconds: float, run: Run) -> Results:
    """Measure both forms in turn; results by form, which is the variant, and by callers."""
    results = []
    for callers in CALLERS:
        appends = {
            ONE_BY_ONE: append_one_by_one(folder, seconds),
            LOG: asyncio.run(append_together(folder, callers, seconds)),
        }
        for form, measured in appends.items():
            figures = {
                "per_second": measured.per_second,
                "wait_ms": measured.wait * 1000,
            }
            for name, value in figures.items():
                where = {"variant": form, "slice": str(callers), "unit": UNITS[name]}
                results.append(result(run, OURS, name, value, **where))
    return Results(results)


def page_section(run: Run, results: Results) -> str:
    """The section ``event log`` of the page on events."""
    rows = []
    for callers in map(str, CALLERS):
        log, single = (
            [value_of(results, name, form, callers) or 0.0 for name in UNITS]
            for form in (LOG, ONE_BY_ONE)
        )
        cells = [
            f"{value:,.{digits}f}"
            for value, digits in zip(log + single, DIGITS, strict=True)
        ]
        rows.append([callers, *cells, f"{log[0] / single[0]:.1f}"])
    head = (
        "callers",
        "log, events a second",
        "median wait, ms",
        "one `fdatasync` each, events a second",
        "its median wait, ms",
        "log to that",
    )
    return "\n".join([describe_run(run), "", *table(head, rows), ""])


def append_one_by_one(folder: Path, seconds: float) -> Appends:
    """Write an event and wait for the disk, again and again."""
    waits: list[float] = []
    descriptor = os.open(folder / "one-by-one", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.monotonic()
    while not waits or time.monotonic() < began + seconds:
        start = time.monotonic()
        os.write(descriptor, frame(format_event(_event())))
        os.fdatasync(descriptor)
        waits.append(time.monotonic() - start)
    os.close(descriptor)
    return Appends(len(waits) / (time.monotonic() - began), median(waits))


async def append_together(folder: Path, callers: int, seconds: float) -> Appends:
    """Append an event to the log, by several callers that each wait for their last one."""
    waits: list[float] = []
    began = time.monotonic()

    async def call(log: EventLog) -> None:
        while not waits or time.monotonic() < began + seconds:
            start = time.monotonic()
            await log.append([_event()])
            waits.append(time.monotonic() - start)

    async with EventLog(folder / "log") as log:
        await asyncio.gather(*(call(log) for _ in range(callers)))
    return Appends(len(waits) / (time.monotonic() - began), median(waits))


def _event() -> Outcome:
    return replace(OUTCOME, id=new_event_id())


def main() -> int:
    """Measure, print the page's section, and write the results."""
    arguments = _parse_arguments()
    command = format_command(MODULE, [], {"--seconds": arguments.seconds})
    run = Run.start("event-log", "synthetic", command)
    load_average = os.getloadavg()[0]
    run = replace(run, note=f"The load average was {load_average:.2f} before.")

    def measure() -> Results:
        """Measure in a folder that is removed."""
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            return collect(Path(folder), arguments.seconds, run)

    return run_benchmark(run, measure, page_section, arguments.out)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, __doc__ or "", EXAMPLES)
    add = parser.add_argument
    add("--seconds", type=float, default=2.0, help="duration of each measurement")
    add("--folder", type=Path, default=Path(), help="on the disk that is measured")
    add("--out", type=Path, help="write the results as JSON; see benchmarks.pages")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
