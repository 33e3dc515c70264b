"""A small world in which the whole graph runs within seconds."""

import importlib.util
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from common.progress import ignore_progress
from common.settings import Settings
from common.store import artifacts
from common.store.release import ReleaseStore
from models import NAMES
from pipelines.training.process import Context

WORLD = Path(__file__).parent / "world"


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """An empty mlflow database; making one takes seconds, copying it none."""
    from pipelines.tracking.client import open_client

    home = tmp_path_factory.mktemp("mlflow")
    open_client(
        Settings.from_environment({"LISTREC_HOME": str(home)})
    ).search_experiments()
    return home / "mlflow.db"


@pytest.fixture
def tracked(settings, database):
    """Settings whose mlflow database is ready."""
    settings.home.mkdir(parents=True, exist_ok=True)
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

    def publish(name, role="model", encoders=(), content="0.9"):
        folder = artifacts.write(
            tmp_path / "made",
            role=role,
            name=name,
            kind="static",
            save=lambda out: (out / "score").write_text(content) and None,
            encoders=encoders,
            snapshot="monday",
            config={"seed": 1, "net": {"epochs": 6}},
        )
        return store.publish_artifact(folder)

    return publish


@pytest.fixture
def champion(store, artifact):
    """Promote a release of all models and return it."""
    encoder = artifact("text", role="encoder", content="0.5")
    models = {name: artifact(name, encoders=(encoder,)) for name in NAMES}
    release = store.publish(models)
    store.promote(release.id)
    return release


@pytest.fixture
def context(settings, store):
    return Context(settings, store, ignore_progress)


@pytest.fixture
def snapshot(tmp_path):
    folder = tmp_path / "snapshot"
    folder.mkdir()
    (folder / "id").write_text("monday")
    return folder


@pytest.fixture
def world(monkeypatch, settings):
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
    monkeypatch.setenv("LISTREC_STORE", settings.store)


@pytest.fixture
def run(world, settings, snapshot, monkeypatch):
    """Run the graph for some targets with settings by target; return its events."""
    from pipelines.training import local

    def start(
        *targets,
        config=None,
        path=snapshot,
        real_mlflow=False,
        mlflow="",
        **changes,
    ):
        if real_mlflow or mlflow:
            monkeypatch.setenv("REAL_MLFLOW", "1")
        arguments = {
            "snapshot": str(path),
            "encoders": "",
            "config": json.dumps(config or {}),
            "force": False,
        }
        changes.setdefault("tracking_uri", mlflow or settings.tracking_uri)
        chosen = replace(settings, **changes)
        return local.train(chosen, targets, arguments, lambda event: None)

    return start


@pytest.fixture(scope="session")
def _tunable(tmp_path_factory, database):
    from common.encoder_training.train import train
    from common.encoders.config import StaticConfig
    from ingest.ingest import Options
    from pipelines.training.targets import ENCODERS
    from simulator.source import ingest_synthetic
    from tests.tiny_bert import save_tiny_bert

    home = tmp_path_factory.mktemp("tunable")
    shop = ingest_synthetic(300, home / "shop", Options(seed=2), ignore_progress)
    store = ReleaseStore(str(home / "store"))
    config = StaticConfig(model=save_tiny_bert(home / "bert"))
    encoder = train(shop, home / "made", config)
    store.set_newest(ENCODERS, store.publish_artifact(encoder))
    for shard in (home / "shop" / "test").iterdir():
        shard.write_bytes(b"nobody reads this")
    shutil.copy(database, home)
    return home


@pytest.fixture
def tunable(_tunable, tmp_path):
    """A home with a shop whose test rows cannot be read, an encoder, and a database of mlflow."""
    return shutil.copytree(_tunable, tmp_path / "tunable")


@pytest.fixture
def quick():
    """Settings to begin with that make a trial a matter of a fraction of a second."""
    few = {"n_estimators": 5, "quantile": {"n_estimators": 5}}
    return {"price": {"ngrams": {"epochs": 0.5}, "boosted_trees": few}}
