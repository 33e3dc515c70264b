"""``EventDatabase``: keeps events once each, reads them, and erases a seller's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Table,
    create_engine,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from common.errors import InputError, UnavailableError
from common.event_database.tables import EVENTS, METADATA, to_row
from common.events import Event

INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""How rows are inserted, by the kind of database."""

CONNECT_SECONDS = 5
BUSY_SECONDS = 30
"""Time that PostgreSQL has to take a connection, and that SQLite waits for another writer."""

_ROWS_AT_ONCE = 10_000


class EventDatabase:
    """The database at a URL of SQLAlchemy: ``sqlite:///PATH`` or ``postgresql+psycopg://...``.

    Each method opens a connection of its own. All raise ``UnavailableError`` where the database
    does not answer or refuses.
    """

    def __init__(self, address: str) -> None:
        """Raise ``InputError`` for a URL of anything else; nothing is opened yet."""
        url = _parse(address)
        self.kind = url.get_backend_name()
        self._path = Path(url.database or "") if self.kind == "sqlite" else None
        timeout = (
            {"timeout": BUSY_SECONDS}
            if self._path
            else {"connect_timeout": CONNECT_SECONDS}
        )
        self._engine = create_engine(url, poolclass=NullPool, connect_args=timeout)
        if self._path:
            listen(self._engine, "connect", _set_up_sqlite)

    def insert(self, events: Sequence[Event]) -> int:
        """Keep events, all or none; return how many were not there yet, by their ids.

        They survive a crash of the database's machine once this returns.
        """
        if not events:
            return 0
        rows = [to_row(event) for event in events]
        insert = INSERTS[self.kind](EVENTS).on_conflict_do_nothing()
        with self._connect() as connection:
            stored = connection.execute(insert.returning(EVENTS.c.id), rows).all()
            connection.commit()
        return len(stored)

    def count(self) -> int:
        """Return the number of events."""
        with self._connect() as connection:
            query = select(func.count()).select_from(EVENTS)
            return connection.execute(query).scalar_one()

    def read(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Give the rows of events in the order of time, by the names of ``tables.EVENTS``.

        ``since`` is the first time that is given, ``until`` the first that is not, both with a
        zone. Times of rows are in UTC, with their zone.
        """
        query = select(EVENTS).order_by(EVENTS.c.time, EVENTS.c.id)
        if since is not None:
            query = query.where(EVENTS.c.time >= _without_zone(since))
        if until is not None:
            query = query.where(EVENTS.c.time < _without_zone(until))

        with self._connect() as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            for row in streamed.execute(query).mappings():
                yield _with_zone(row)

    def read_last(self, number: int) -> list[Mapping[str, Any]]:
        """Return the rows of the newest events in the order of time, as ``read`` does."""
        newest = select(EVENTS).order_by(EVENTS.c.time.desc(), EVENTS.c.id.desc())
        with self._connect() as connection:
            rows = connection.execute(newest.limit(number)).mappings().all()
        return [_with_zone(row) for row in reversed(rows)]

    def erase(self, seller: str) -> int:
        """Delete the events of a seller, also from the pages of the file; return how many.

        SQLite's file is written anew and its write-ahead log emptied; PostgreSQL writes the table
        anew. Both need room for a copy meanwhile.
        """
        with self._connect() as connection:
            deleted = connection.execute(
                delete(EVENTS).where(EVENTS.c.seller == seller)
            ).rowcount
            connection.commit()

        # Also where nothing was deleted: an erasure may have been killed here before.
        with self._connect(isolation_level="AUTOCOMMIT") as connection:
            if self.kind == "sqlite":
                _compact_sqlite(connection)
            else:
                connection.execute(text("VACUUM FULL events"))
        return deleted

    @contextmanager
    def _connect(self, **options: Any) -> Iterator[Connection]:
        """Give a connection to a database with the table of events."""
        if self._path:
            _create_private(self._path)
        try:
            with self._engine.connect() as connection:
                METADATA.create_all(connection)
                connection.commit()
                yield connection.execution_options(**options)
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise UnavailableError(
                f"the database of events does not answer ({reason}): see LISTREC_EVENTS"
            ) from error


def _parse(address: str) -> URL:
    """Return a URL of SQLite's file or of PostgreSQL."""
    try:
        url = make_url(address)
        is_kept = url.database not in (None, "", ":memory:")
        is_known = is_kept and url.get_backend_name() in INSERTS
    except ArgumentError:
        is_known = False
    if not is_known:
        raise InputError(
            "LISTREC_EVENTS must be the URL of a file of SQLite or of a PostgreSQL, such as"
            " sqlite:////var/lib/shop/events.db or postgresql+psycopg://user@host/events"
        )
    return url


def _create_private(path: Path) -> None:
    """Make a file that only its owner may read, unless it is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)


def _set_up_sqlite(connection: Any, _: object) -> None:
    # WAL: readers do not stop the drain. FULL: what was committed survives a loss of power.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _compact_sqlite(connection: Connection) -> None:
    connection.execute(text("VACUUM"))
    is_busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
    if is_busy:
        raise UnavailableError(
            "the events are deleted, and another process still reads the database: stop it, and"
            " erase them again to remove them from its files"
        )


def _without_zone(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(tzinfo=None)


def _with_zone(row: RowMapping) -> Mapping[str, Any]:
    return {**row, "time": row["time"].replace(tzinfo=UTC)}
