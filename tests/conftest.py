"""What tests of several rooms share."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.release import ReleaseStore
from common.snapshot import Snapshot
from models.suggester import load

ROOT = Path(__file__).parents[1]


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
            subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    return home


@pytest.fixture(scope="session")
def champion(released_home, tmp_path_factory):
    """The champion of ``released_home``, fetched."""
    return ReleaseStore(str(released_home / "store")).fetch(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def suggester(champion):
    """The champion's models and encoders, loaded."""
    return load(champion)


@pytest.fixture(scope="session")
def shop(released_home):
    """The snapshot the champion was trained on."""
    return Snapshot.open(released_home / "snapshot")
