"""Events and listings of simulated sellers, kept as the gateway keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from benchmarks.loop.shop import Item
from common.errors import UnavailableError
from common.event_database.database import EventDatabase
from common.event_database.drain import drain
from common.event_log.log import EventLog
from common.event_log.records import Record
from common.events import Event, Listed, Outcome
from common.kept_listing import KeptListing


def keep(records: Sequence[Record], folder: Path, database: EventDatabase) -> None:
    """Append records to the log in a folder, and drain it into the database."""
    asyncio.run(_append(records, folder))
    problem = drain(folder, database).problem
    if problem:
        raise UnavailableError(problem)


def to_kept_listing(item: Item, events: Sequence[Event]) -> KeptListing:
    """Return a listing as it was put up for sale, from its item and the events about it."""
    listed = next(each for each in events if isinstance(each, Listed))
    chosen = {
        each.field: each.value
        for each in events
        if isinstance(each, Outcome) and each.value is not None
    }
    return KeptListing(
        request=listed.request,
        listing=listed.listing,
        seller=listed.seller,
        time=listed.time,
        fields={
            "title": item.title,
            "description": item.description,
            "condition": item.condition,
            **chosen,
        },
        photos=(),
    )


async def _append(records: Sequence[Record], folder: Path) -> None:
    async with EventLog(folder) as log:
        await log.append(records)
