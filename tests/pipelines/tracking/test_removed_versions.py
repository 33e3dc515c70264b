"""Versions in mlflow go with their artifacts, with a real mlflow over SQLite."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from common.crash_points import VARIABLE
from common.errors import UnavailableError
from pipelines.registry.garbage import GRACE, find_garbage
from pipelines.registry.removal import remove
from pipelines.tracking.aliases import read_aliases
from pipelines.tracking.client import open_client
from pipelines.tracking.registry import reconcile, register_version
from pipelines.tracking.removed_versions import delete_versions

LATER = datetime.now(UTC) + 2 * GRACE
"""A time at which nothing in the store is new."""

DELETE = """
import os
from common.crash_points import arm
from common.settings import Settings
from common.store.storage import Storage
from pipelines.tracking.removed_versions import delete_versions

arm(os.environ)
settings = Settings.from_environment(os.environ)
delete_versions(settings, Storage(settings.store))
"""


@pytest.fixture
def registered(tracked, store, champion, artifact):
    """Settings of a home with a champion, and with a version of a price model that nobody needs."""
    reconcile(tracked, store)
    unused = store.manifest(artifact("price", content="unused"))
    register_version(open_client(tracked), tracked, unused, None)
    return tracked


def _remove(settings, store):
    aliased = read_aliases(settings).values()
    garbage = find_garbage(store, 1, aliased, LATER)
    remove(store, garbage)
    return garbage.artifacts


def _versions(settings):
    found = open_client(settings).search_model_versions("name = 'listing-price'")
    return [int(version.version) for version in found]


def test_the_version_of_a_removed_artifact_is_a_sentence(registered, store, load):
    _remove(registered, store)

    assert delete_versions(registered, store.storage) == ["listing-price 2"]

    assert _versions(registered) == [1]
    with pytest.raises(Exception, match=r"listing-price, version=2\) not found"):
        load(registered, "listing-price", version="/2")
    assert delete_versions(registered, store.storage) == []


def test_an_artifact_that_is_there_again_keeps_its_version(registered, store, artifact):
    assert _remove(registered, store) == (artifact("price", content="unused"),)
    assert delete_versions(registered, store.storage) == []
    assert _versions(registered) == [2, 1]


def test_versions_go_once_mlflow_answers_again(
    registered, store, free_port, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    _remove(registered, store)
    down = replace(registered, tracking_uri=f"http://127.0.0.1:{free_port}")

    with pytest.raises(UnavailableError, match="does not answer"):
        delete_versions(down, store.storage)
    assert delete_versions(registered, store.storage) == ["listing-price 2"]


def test_versions_of_another_team_stay(registered, store):
    _remove(registered, store)
    assert delete_versions(replace(registered, team="kids"), store.storage) == []
    assert _versions(registered) == [2, 1]


@pytest.mark.slow
def test_a_process_that_is_killed_between_two_versions_leaves_the_rest_to_the_next(
    registered, store, artifact
):
    other = store.manifest(artifact("price", content="other"))
    register_version(open_client(registered), registered, other, None)
    _remove(registered, store)
    variables = {
        "LISTREC_HOME": str(registered.home),
        "MLFLOW_TRACKING_URI": registered.tracking_uri,
        VARIABLE: "gc.after-version",
    }

    command = [sys.executable, "-c", DELETE]
    done = subprocess.run(command, env=os.environ | variables, check=False, timeout=300)
    assert done.returncode == -signal.SIGKILL
    assert len(_versions(registered)) == 2

    delete_versions(registered, store.storage)
    assert (_versions(registered), store.storage.keys("removed")) == ([1], [])
