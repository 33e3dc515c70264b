"""Connections to the database of events: SQLite or PostgreSQL, with the tables that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateColumn

from common.errors import InputError, UnavailableError
from common.event_database.tables import METADATA
from common.settings import NO_EVENTS

INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""How rows are inserted, by the kind of database."""

CONNECT_SECONDS = 5
BUSY_SECONDS = 30
"""Time that PostgreSQL has to take a connection, and that SQLite waits for another writer."""


class Connections:
    """Connections to the database at a URL of SQLAlchemy, each for one block.

    All methods raise ``UnavailableError`` where the database does not answer or refuses.
    """

    def __init__(self, address: str) -> None:
        """Raise ``InputError`` for a URL of anything else; nothing is opened yet."""
        url = _parse(address)
        self._kind = url.get_backend_name()
        self._path = Path(url.database or "") if self._kind == "sqlite" else None
        self._has_columns = False
        timeout = (
            {"timeout": BUSY_SECONDS}
            if self._path
            else {"connect_timeout": CONNECT_SECONDS}
        )
        self._engine = create_engine(url, poolclass=NullPool, connect_args=timeout)
        if self._path:
            listen(self._engine, "connect", _set_up_sqlite)

    @contextmanager
    def open(self, **options: Any) -> Iterator[Connection]:
        """Give a connection to a database that has all tables and columns."""
        if self._path:
            _create_private(self._path)
        try:
            with self._engine.connect() as connection:
                METADATA.create_all(connection)
                if not self._has_columns:
                    _add_columns(connection)
                connection.commit()
                self._has_columns = True
                yield connection.execution_options(**options)
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise UnavailableError(
                f"the database of events does not answer ({reason}): see LISTREC_EVENTS"
            ) from error

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert rows, all or none; return how many were not there yet, by their key."""
        if not rows:
            return 0
        insert = INSERTS[self._kind](table).on_conflict_do_nothing()
        with self.open() as connection:
            key = table.primary_key.columns
            inserted = connection.execute(insert.returning(*key), rows).all()
            connection.commit()
        return len(inserted)

    def compact(self) -> None:
        """Remove what was deleted from the files, too; needs room for a copy meanwhile.

        SQLite's file is written anew and its write-ahead log emptied; PostgreSQL writes each table
        anew.
        """
        with self.open(isolation_level="AUTOCOMMIT") as connection:
            if self._path:
                _compact_sqlite(connection)
                return
            for name in METADATA.tables:
                connection.execute(text(f"VACUUM FULL {name}"))


def _parse(address: str) -> URL:
    """Return a URL of SQLite's file or of PostgreSQL."""
    if address == NO_EVENTS:
        raise InputError(
            f"LISTREC_EVENTS is {NO_EVENTS!r}, so no events are kept: set it to the database of a"
            " server that keeps some"
        )
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


def _add_columns(connection: Connection) -> None:
    """Add the columns that the tables of an earlier version lack; they are null in its rows."""
    for table in METADATA.sorted_tables:
        names = {
            column["name"] for column in inspect(connection).get_columns(table.name)
        }
        for column in table.columns:
            if column.name not in names:
                added = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {added}"))


def _compact_sqlite(connection: Connection) -> None:
    connection.execute(text("VACUUM"))
    is_busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()
    if is_busy:
        raise UnavailableError(
            "the rows are deleted, and another process still reads the database: stop it, and"
            " do it again to remove them from its files"
        )
