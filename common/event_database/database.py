"""``EventDatabase``: keeps events and listings once each, reads them, and deletes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, Table, delete, func, not_, select

from common.daily_counts import DailyCounts
from common.event_database.connections import Connections
from common.event_database.daily_counts import count_days
from common.event_database.selection import Selection
from common.event_database.tables import (
    EVENTS,
    LISTINGS,
    from_listing_row,
    to_listing_row,
    to_row,
    without_zone,
)
from common.events import Event
from common.kept_listing import KeptListing

_ROWS_AT_ONCE = 10_000


class EventDatabase:
    """The database at a URL of SQLAlchemy: ``sqlite:///PATH`` or ``postgresql+psycopg://...``.

    Each method opens a connection of its own. All raise ``UnavailableError`` where the database
    does not answer or refuses. Times are in UTC, with their zone.
    """

    def __init__(self, address: str) -> None:
        """Raise ``InputError`` for a URL of anything else; nothing is opened yet."""
        self._connections = Connections(address)

    def insert(self, events: Sequence[Event]) -> int:
        """Keep events, all or none; return how many were not there yet, by their ids.

        They survive a crash of the database's machine once this returns.
        """
        return self._connections.insert(EVENTS, [to_row(event) for event in events])

    def insert_listings(self, listings: Sequence[KeptListing]) -> int:
        """Keep listings, as ``insert`` keeps events; each request has one."""
        rows = [to_listing_row(listing) for listing in listings]
        return self._connections.insert(LISTINGS, rows)

    def count(self) -> int:
        """Return the number of events."""
        return self._count(EVENTS)

    def count_listings(self) -> int:
        """Return the number of kept listings."""
        return self._count(LISTINGS)

    def read(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        columns: Sequence[str] = tuple(EVENTS.c.keys()),
    ) -> Iterator[Mapping[str, Any]]:
        """Give the rows of events in the order of time, by the names of ``tables.EVENTS``.

        ``since`` is the first time that is given, ``until`` the first that is not, both with a
        zone. Rows have the ``columns``, among which ``time`` has to be.
        """
        query = select(*(EVENTS.c[name] for name in columns))
        query = query.order_by(EVENTS.c.time, EVENTS.c.id)
        for row in self._stream(_in_range(query, EVENTS, since, until)):
            yield _with_zone(row)

    def read_last(self, number: int) -> list[Mapping[str, Any]]:
        """Return the rows of the newest events in the order of time, as ``read`` does."""
        newest = select(EVENTS).order_by(EVENTS.c.time.desc(), EVENTS.c.id.desc())
        rows = list(self._stream(newest.limit(number)))
        return [_with_zone(row) for row in reversed(rows)]

    def count_days(self, since: datetime) -> DailyCounts:
        """Return what sellers did on each day from a time with a zone on."""
        with self._connections.open() as connection:
            return count_days(connection, since)

    def read_listings(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[KeptListing]:
        """Give kept listings in the order of time; ``since`` and ``until`` as for ``read``."""
        query = select(LISTINGS).order_by(LISTINGS.c.time, LISTINGS.c.request)
        for row in self._stream(_in_range(query, LISTINGS, since, until)):
            yield from_listing_row({**row})

    def read_photos(self, selection: Selection) -> Iterator[str]:
        """Give the paths of the photos of selected listings."""
        query = select(LISTINGS.c.photos).where(selection.of(LISTINGS))
        for row in self._stream(query):
            yield from row["photos"]

    def read_other_photos(self, selection: Selection) -> Iterator[str]:
        """Give the paths of the photos of all listings that are not selected."""
        query = select(LISTINGS.c.photos).where(not_(selection.of(LISTINGS)))
        for row in self._stream(query):
            yield from row["photos"]

    def read_keys(self, column: str) -> set[str]:
        """Return all values of ``seller`` or ``request`` that events and listings have."""
        keys = set()
        for table in (EVENTS, LISTINGS):
            rows = self._stream(select(table.c[column]).distinct())
            keys |= {row[column] for row in rows}
        return keys

    def delete(self, selection: Selection) -> tuple[int, int]:
        """Delete what is selected, also from the pages of the files; return events and listings.

        The tables are written anew; both kinds of database need room for a copy meanwhile.
        """
        with self._connections.open() as connection:
            events, listings = (
                connection.execute(delete(table).where(selection.of(table))).rowcount
                for table in (EVENTS, LISTINGS)
            )
            connection.commit()

        # Also where nothing was deleted: an erasure may have been killed here before.
        self._connections.compact()
        return events, listings

    def _count(self, table: Table) -> int:
        with self._connections.open() as connection:
            query = select(func.count()).select_from(table)
            return connection.execute(query).scalar_one()

    def _stream(self, query: Select[Any]) -> Iterator[RowMapping]:
        with self._connections.open() as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            yield from streamed.execute(query).mappings()


def _in_range(
    query: Select[Any], table: Table, since: datetime | None, until: datetime | None
) -> Select[Any]:
    if since is not None:
        query = query.where(table.c.time >= without_zone(since))
    if until is not None:
        query = query.where(table.c.time < without_zone(until))
    return query


def _with_zone(row: RowMapping) -> Mapping[str, Any]:
    return {**row, "time": row["time"].replace(tzinfo=UTC)}
