"""A small world in which the whole graph runs within seconds."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

from common import artifacts
from common.release import ReleaseStore
from common.settings import Settings

WORLD = Path(__file__).parent / "world"


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """An empty mlflow database; making one takes seconds, copying it none."""
    from pipelines.tracking import open_client

    home = tmp_path_factory.mktemp("mlflow")
    open_client(Settings.from_environment({"LISTREC_HOME": str(home)})).search_experiments()
    return home / "mlflow.db"


@pytest.fixture
def tracked(settings, database):
    """Settings whose mlflow database is ready."""
    settings.home.mkdir(parents=True)
    shutil.copy(database, settings.home)
    return settings


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment({"LISTREC_HOME": str(tmp_path / "home")})


@pytest.fixture
def store(settings):
    return ReleaseStore(settings.store)


@pytest.fixture
def artifact(store, tmp_path):
    """Publish a tiny artifact and return its id."""

    def publish(name, role="model", encoders=(), content="x"):
        folder = artifacts.write(
            tmp_path / "made",
            role=role,
            name=name,
            kind="ngram",
            save=lambda out: (out / "content").write_text(content) and None,
            encoders=encoders,
            snapshot="monday",
            config={"seed": 1},
        )
        return store.publish_artifact(folder)

    return publish


@pytest.fixture
def snapshot(tmp_path):
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / "id").write_text("monday")
    return folder


@pytest.fixture
def world(monkeypatch):
    """Replace data, encoders, models and server by fakes, here and in the steps' processes."""
    spec = importlib.util.spec_from_file_location("world", WORLD / "sitecustomize.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    fakes = {}
    module.install(fakes)
    for name, fake in fakes.items():
        if name.startswith("pipelines"):
            continue  # only the steps' processes go without mlflow
        monkeypatch.setitem(sys.modules, name, fake)
    monkeypatch.setenv("PYTHONPATH", str(WORLD))


@pytest.fixture
def run(world, settings, snapshot):
    """Run the graph for some targets with settings by target; return its events."""
    from pipelines import local

    def start(*targets, config=None, encoders="", force=False, path=snapshot):
        arguments = {
            "snapshot": str(path),
            "encoders": encoders,
            "config": json.dumps(config or {}),
            "force": force,
        }
        return local.train(settings, targets, arguments, lambda event: None)

    return start
