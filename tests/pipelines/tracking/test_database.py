"""Databases of an older or newer mlflow are refused, and read once they are migrated."""

import gzip
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from common.errors import InputError
from pipelines.registry.doctor import PROBLEM, examine
from pipelines.tracking.aliases import read_aliases
from pipelines.tracking.client import open_client
from pipelines.tracking.connection import check_answers
from pipelines.tracking.database import check_database
from pipelines.tracking.registry import reconcile
from tests.fixtures.old_homes import FOLDER
from tests.pipelines.registry.conftest import NOW


@pytest.fixture
def older(settings, tmp_path):
    """Settings with a database of mlflow 2.22."""
    path = tmp_path / "older.db"
    path.write_bytes(gzip.decompress((FOLDER / "mlflow-2.22.db.gz").read_bytes()))
    return replace(settings, tracking_uri=f"sqlite:///{path}")


def test_an_older_database_is_refused_unchanged_with_the_remedy(older, tmp_path):
    before = (tmp_path / "older.db").read_bytes()
    for ask in (check_answers, read_aliases):
        with pytest.raises(
            InputError, match=r"older mlflow .* copy .*'mlflow db upgrade sqlite:////"
        ):
            ask(older)
    assert (tmp_path / "older.db").read_bytes() == before


def test_a_newer_database_is_refused_with_another_remedy(tracked):
    with closing(sqlite3.connect(tracked.home / "mlflow.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
        database.commit()
    with pytest.raises(InputError, match=r"is of a newer mlflow .* update this inst"):
        check_answers(tracked)


def test_a_champion_is_served_while_the_database_is_older(older, store, champion):
    with pytest.raises(InputError, match=f"{champion.id} is the champion, .* aliases"):
        reconcile(older, store)


def test_doctor_says_that_the_database_is_older(older):
    checks = {check.name: check for check in examine(older, None, NOW)}
    assert checks["mlflow"].state == PROBLEM
    assert "mlflow db upgrade" in checks["mlflow"].message


@pytest.mark.parametrize(
    "address", ["sqlite:////nowhere/at/all.db", "http://127.0.0.1:9", "postgresql://"]
)
def test_what_is_no_database_yet_is_left_to_mlflow(address):
    check_database(address)


@pytest.mark.slow
def test_an_older_database_is_read_after_its_upgrade(older):
    command = [sys.executable, "-m", "mlflow", "db", "upgrade", older.tracking_uri]
    subprocess.run(command, check=True, capture_output=True)

    check_answers(older)

    [(key, artifact)] = read_aliases(older).items()
    assert key == ("listing-price", "champion")
    client = open_client(older)
    version = client.get_model_version_by_alias(*key)
    run = client.get_run(version.run_id)
    assert version.source == f"listrec://artifacts/{artifact}"
    assert run.data.tags["artifact_id"] == artifact
    assert run.data.metrics == {"rmsle": 0.5}
