"""What tests of several rooms share."""

import fcntl
import inspect
import json
import os
import shutil
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from common.settings import Settings
from common.snapshot import Snapshot
from common.store import artifacts
from common.store.release import ReleaseStore
from models.suggester import load
from tests.real_parts import BUCKET, free_ports, s3_server

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def quick_stacks():
    """Leave source lines out of stacks, which kfp looks at whenever a task gets a setting.

    Finding them below pytest, with all modules loaded, took most of the time of compiling.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspect, "stack", partial(inspect.stack, 0))
        yield


@pytest.fixture(scope="session")
def released_home(tmp_path_factory):
    """A LISTREC_HOME whose champion was trained on a tiny synthetic shop, once for all workers.

    Do not change its champion; whoever needs to takes a copy.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "released-home"
    with (shared / "released-home.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "store" / "champion").exists():
            command = [sys.executable, str(ROOT / "tests" / "released.py"), str(home)]
            subprocess.run(
                command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
    return home


@pytest.fixture(scope="session")
def champion(released_home, tmp_path_factory):
    """The champion of ``released_home``, fetched."""
    return ReleaseStore(str(released_home / "store")).fetch(
        tmp_path_factory.mktemp("cache")
    )


@pytest.fixture(scope="session")
def suggester(champion):
    """The champion's models and encoders, loaded."""
    return load(champion)


@pytest.fixture(scope="session")
def shop(released_home):
    """The snapshot the champion was trained on."""
    return Snapshot.open(released_home / "snapshot")


@pytest.fixture(scope="session")
def rivals(released_home, tmp_path_factory):
    """Settings of a home with a second, older release, whose category and price are worse."""
    home = tmp_path_factory.mktemp("rivals") / "home"
    shutil.copytree(released_home, home)
    store = ReleaseStore(str(home / "store"))
    champion = store.read()
    worse = {
        name: _plant(store, champion.models[name], home)
        for name in ("category", "price")
    }
    store.publish({**champion.models, **worse}, datetime(2026, 1, 1, tzinfo=UTC))
    return Settings.from_environment({"LISTREC_HOME": str(home)}), worse


def _plant(store: ReleaseStore, artifact: str, scratch: Path) -> str:
    """Publish a copy of a model whose constants went through ``_mislead``; return its id."""
    folder = store.fetch_artifact(artifact, scratch / "cache")
    manifest = artifacts.read(folder)

    def save(out):
        for name in manifest.files:
            shutil.copy(folder / name, out)
        constants = json.loads((out / "calibration.json").read_text("utf-8"))
        _mislead(constants)
        (out / "calibration.json").write_text(json.dumps(constants), "utf-8")

    kept = ("role", "name", "kind", "encoders", "snapshot", "config", "summary")
    values = {name: getattr(manifest, name) for name in kept}
    return store.publish_artifact(
        artifacts.write(scratch / "planted", save=save, **values)
    )


def _mislead(constants):
    """Have a category model call its leaves by each other's names, a price model ask for more."""
    if "leaves" in constants:
        constants["leaves"].reverse()
    if "mean" in constants:
        constants["mean"] += 1.5


@pytest.fixture
def free_port():
    """A port nobody listens on."""
    return find_free_port()


def find_free_port():
    """Return a port nobody listens on."""
    [port] = free_ports(1)
    return port


@pytest.fixture(scope="session")
def s3(tmp_path_factory):
    """A real server of S3, started once by each process of tests that needs it."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3_url(s3, monkeypatch):
    """An empty prefix on a real server of S3, whose variables are in the environment."""
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{uuid.uuid4().hex}"
