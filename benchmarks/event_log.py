"""The log of events beside one ``fdatasync`` for each event: appends per second, and their wait.

Callers append one event after the other, as requests do. Both forms write the same bytes to the
same disk, in turn, so that a change of its speed meets both.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import click

from common.event_lines import format_event
from common.event_log.frames import frame
from common.event_log.log import EventLog
from common.events import Outcome, new_event_id

CALLERS = (1, 8, 64, 512)
"""Requests at the same time."""

OUTCOME = Outcome("8f14e45f", "brand", "Nike", datetime(2026, 1, 31, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Appends:
    """Appends that were acknowledged, per second, and the median wait of a caller in seconds."""

    per_second: float
    wait: float


def append_one_by_one(folder: Path, seconds: float) -> Appends:
    """Write an event and wait for the disk, again and again."""
    waits = []
    descriptor = os.open(folder / "one-by-one", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.monotonic()
    while time.monotonic() < began + seconds:
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
        while time.monotonic() < began + seconds:
            start = time.monotonic()
            await log.append([_event()])
            waits.append(time.monotonic() - start)

    async with EventLog(folder / "log") as log:
        await asyncio.gather(*(call(log) for _ in range(callers)))
    return Appends(len(waits) / (time.monotonic() - began), median(waits))


def _event() -> Outcome:
    return replace(OUTCOME, id=new_event_id())


@click.command()
@click.option("--seconds", default=2.0, show_default=True, help="Of each measurement.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    show_default=True,
    help="On the disk that is measured.",
)
def main(seconds: float, folder: Path) -> None:
    """Print appends per second and the median wait, by callers at the same time."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        for callers in CALLERS:
            single = append_one_by_one(Path(name), seconds)
            shared = asyncio.run(append_together(Path(name), callers, seconds))
            click.echo(
                f"{callers:>4} callers: {shared.per_second:>8,.0f} a second,"
                f" {shared.wait * 1000:.1f} ms; one by one {single.per_second:>8,.0f} a second,"
                f" {single.wait * 1000:.1f} ms; {shared.per_second / single.per_second:.2f} times"
            )


if __name__ == "__main__":
    main()
