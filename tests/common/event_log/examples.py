"""Events for tests, and a process that appends them until it is killed."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from common.child_processes import python_environment
from common.event_log.log import EventLog
from common.events import Outcome, Shown, ShownAmount, ShownCandidate
from common.kept_listing import KeptListing, photo_path

SHOWN = Shown(
    request="8f14e45f",
    listing="sku-1042",
    release="0123456789abcdef",
    versions={"brand": "a1", "price": "b2"},
    experiments={},
    candidates=(ShownCandidate("brand", "Nike", 0.83, 1),),
    amounts=(ShownAmount("price", 24.5, 18.0, 31.0, "USD"),),
    latency=0.004,
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    id="shown",
)

OUTCOME = Outcome(
    request="8f14e45f",
    field="brand",
    value="Nike",
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    action="accepted",
    id="e0",
    seller="u-1042",
)

LISTING = KeptListing(
    request="8f14e45f",
    listing="sku-1042",
    seller="u-1042",
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    fields={"title": "Nike shoes", "description": "worn\ntwice", "price": 45.0},
    photos=(photo_path("u-1042", b"a photo"),),
)

WRITE_UNTIL_KILLED = """
import asyncio, os, sys
from pathlib import Path
from common.event_log import log
from tests.common.event_log.examples import make_events

log.MAX_SEGMENT_BYTES = 20_000  # so that it is killed between segments, too

async def append(opened, caller):
    for number in range(1_000_000):
        events = make_events(3, f"{sys.argv[2]}-{caller}-{number}")
        await opened.append(events)
        os.write(1, "".join(f"{event.id}\\n" for event in events).encode())

async def main():
    async with log.EventLog(Path(sys.argv[1])) as opened:
        await asyncio.gather(*(append(opened, caller) for caller in range(8)))

asyncio.run(main())
"""


def make_events(number, prefix="e", seller="u-1042"):
    """Return outcomes with the ids ``prefix-0``, ``prefix-1``, ..."""
    return [
        replace(OUTCOME, id=f"{prefix}-{index}", seller=seller)
        for index in range(number)
    ]


def make_listing(request, seller="u-1042", photo=b"a photo", **changes):
    """Return a kept listing with a photo whose file has the bytes ``photo``."""
    photos = (photo_path(seller or request, photo),)
    return replace(LISTING, request=request, seller=seller, photos=photos, **changes)


def append_all(folder, events):
    """Append events to a log, and close it."""

    async def run():
        async with EventLog(folder) as log:
            await log.append(events)
            return log.counts

    return asyncio.run(run())


def start_python(code, *arguments):
    """Start a process that runs code; its output can be read."""
    root = str(Path(__file__).parents[3])
    environment = os.environ | python_environment({"PYTHONPATH": root})
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
