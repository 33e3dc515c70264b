"""A home that an earlier version left behind."""

import pytest

from common.settings import Settings
from common.store.release import ReleaseStore
from tests.fixtures.old_homes import VERSIONS, unpack


@pytest.fixture(params=VERSIONS)
def version(request):
    """A version that has a folder of fixtures."""
    return request.param


@pytest.fixture
def old(version, tmp_path, monkeypatch):
    """Settings of the home of an earlier version; also those of commands."""
    home = tmp_path / "old"
    unpack(version, home)
    for name in ("LISTREC_STORE", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LISTREC_HOME", str(home))
    return Settings.from_environment({"LISTREC_HOME": str(home)})


@pytest.fixture
def old_store(old):
    """The store of that home."""
    return ReleaseStore(old.store)
