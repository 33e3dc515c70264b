"""A home with a champion, whose models mlflow loads."""

import shutil
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import models.suggester
from common.settings import Settings
from common.store.release import ReleaseStore
from tests.real_parts import mlflow_server, postgres_server

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(released_home, database, tmp_path, monkeypatch):
    """Settings of a home with a champion and an empty database of mlflow; also those of mlflow."""
    folder = tmp_path / "home"
    shutil.copytree(released_home / "store", folder / "store")
    shutil.copy(database, folder)
    for name in ("LISTREC_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LISTREC_HOME", str(folder))
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    return Settings.from_environment({"LISTREC_HOME": str(folder)})


@pytest.fixture
def home_store(home):
    return ReleaseStore(home.store)


@pytest.fixture
def answering(home, home_store):
    """The champion of the home, as ``listrec suggest`` loads it."""
    return models.suggester.load(home_store.fetch(home.cache))


@pytest.fixture
def load():
    """Load a registered model through mlflow, as a notebook does."""
    import mlflow

    def start(settings, model, version="@champion"):
        mlflow.set_tracking_uri(settings.tracking_uri)
        return mlflow.pyfunc.load_model(f"models:/{model}{version}")

    yield start
    # The default, told as an address, would be in the environment of the tests that follow.
    mlflow.set_tracking_uri(None)


@pytest.fixture
def scheme():
    """Have mlflow know the scheme ``listrec://``, by the entry point of the distribution."""
    from mlflow.store.artifact import artifact_repository_registry as known

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    group = "mlflow.artifact_repository"
    for name, value in project["entry-points"][group].items():
        repository = EntryPoint(name, value, group).load()
        known._artifact_repository_registry.register(name, repository)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a server of mlflow over SQLite."""
    with mlflow_server(tmp_path_factory.mktemp("mlflow-server")) as address:
        yield address


@pytest.fixture(scope="session")
def server_on_postgres(tmp_path_factory, s3):
    """The address of a server of mlflow over PostgreSQL, with its artifacts on S3."""
    folder = tmp_path_factory.mktemp("mlflow-on-postgres")
    with (
        postgres_server(folder / "postgres") as database,
        mlflow_server(
            folder / "server",
            database,
            "s3://shop/mlflow",
            MLFLOW_S3_ENDPOINT_URL=s3.endpoint,
            **s3.environment(),
        ) as address,
    ):
        yield address
