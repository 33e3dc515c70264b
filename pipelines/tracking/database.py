"""Whether the database of mlflow is one of the installed mlflow, or of an older or newer one.

mlflow migrates some older databases when it first opens them, without a copy, and other versions of
mlflow cannot use them any more. Whether that may happen is for people to decide.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from common.errors import InputError
from pipelines.tracking.names import shown

DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
"""Databases that mlflow knows, as the scheme of a URL names them, before a driver such as
``+psycopg``."""


def check_database(address: str) -> None:
    """Raise ``InputError`` where the database at a URL is of an older or a newer mlflow.

    Nothing is written. One that is not there yet, or does not answer, is left to mlflow.
    """
    if address.partition("://")[0].partition("+")[0] in DATABASES:
        revision = _read_revision(address)
        if revision:
            _check_revision(address, revision)


def _read_revision(address: str) -> str | None:
    """Return the version of the database's tables, or ``None`` where there are none."""
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        with create_engine(address, poolclass=NullPool).connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, ArgumentError, ImportError):
        return None


@cache
def _check_revision(address: str, revision: str) -> None:
    import mlflow
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    # The folder with a file for each version of the tables, which alembic orders.
    migrations = Path(mlflow.__file__).parent / "store" / "db_migrations"
    versions = ScriptDirectory(str(migrations))
    if revision in versions.get_heads():
        return

    database = f"the database of mlflow, {shown(address)},"
    try:
        versions.get_revision(revision)
    except CommandError:
        raise InputError(
            f"{database} is of a newer mlflow than {mlflow.__version__} here: update this"
            " installation"
        ) from None
    raise InputError(
        f"{database} is of an older mlflow than {mlflow.__version__} here: stop what uses it,"
        f" make a copy of it, and run 'mlflow db upgrade {shown(address)}'"
    )
