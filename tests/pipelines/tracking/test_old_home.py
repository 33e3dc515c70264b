"""mlflow's database of an earlier version: its aliases, runs and registered models are read."""

import subprocess
import sys

import pandas as pd
import pytest

from common.errors import InputError
from common.settings import Settings
from common.store.release import ReleaseStore
from pipelines.tracking import registry
from pipelines.tracking.aliases import find_behind
from pipelines.tracking.client import open_client
from pipelines.tracking.database import check_database
from tests.fixtures.old_homes import VERSIONS, recorded_answers, unpack


@pytest.fixture(params=VERSIONS)
def old(request, tmp_path, monkeypatch):
    """The version, and settings of its home, with the database as its page on upgrading says."""
    unpack(request.param, tmp_path)
    settings = Settings.from_environment({"LISTREC_HOME": str(tmp_path)})
    try:
        check_database(settings.tracking_uri)
    except InputError:
        command = [sys.executable, "-m", "mlflow", "db", "upgrade"]
        subprocess.run([*command, settings.tracking_uri], check=True)
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    # Else it is the store that the models were registered from.
    monkeypatch.setenv("LISTREC_STORE", settings.store)
    return request.param, settings


def test_registered_models_are_loaded_and_answer_as_they_did(old, load, scheme):
    version, settings = old
    model = load(settings, "listing-price")
    for listing, answer in recorded_answers(version):
        cells = {"title": [listing.title], "condition": [listing.condition]}
        cells |= {"brand": [listing.brand], "category": [listing.category]}
        [row] = model.predict(pd.DataFrame(cells)).to_dict("records")
        price = answer["models"]["price"]["price"]
        for name in ("low", "median", "high"):
            assert row[f"price_{name}"] == pytest.approx(price[name], rel=1e-6)


def test_aliases_runs_and_versions_go_on(old):
    _, settings = old
    store, client = ReleaseStore(settings.store), open_client(settings)
    assert find_behind(settings, store) == []
    price = client.get_model_version_by_alias("listing-price", "champion")
    run = client.get_run(price.run_id)
    assert run.data.tags["release"] == store.champion()
    assert run.data.params["seed"] == "1"

    store.rollback()
    store.storage.remove(f"artifacts/{store.read().models['price']}/MLmodel")
    [moved] = registry.reconcile(settings, store)

    assert "listing-price: champion moved from version 2 to version 1" in moved
    assert store.read_companion(store.read().models["price"], "MLmodel")
