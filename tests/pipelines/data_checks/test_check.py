"""Snapshots of the market, and runs that stop before anything is trained."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.main import main
from common.errors import InputError
from common.progress import ignore_progress
from common.runs.records import DATA_REPORT, RunRecords, runs
from common.snapshot import Snapshot
from common.store.storage import Storage
from ingest.ingest import Options
from pipelines.data_checks.compare import find_changes
from pipelines.data_checks.config import DataConfig
from pipelines.data_checks.profile import (
    Profile,
    profile,
    read_profile,
    write_profile,
)
from pipelines.notifications.report import read_report
from simulator.source import ingest_synthetic

BEFORE = Profile(
    id="monday",
    created_at="2026-11-29",
    rows=1_000,
    coverage={"price": 900},
    currencies={},
    categories={},
    prices={},
    dates=[],
)


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """Two snapshots of the same market."""
    folder = tmp_path_factory.mktemp("shops")
    return [
        ingest_synthetic(400, folder / str(seed), Options(seed=seed), ignore_progress)
        for seed in (1, 2)
    ]


@pytest.fixture
def changed(snapshot, settings, champion):
    """A snapshot with few rows, and the profile of the one that the champion was trained on."""
    (snapshot / "id").write_text("tuesday")
    write_profile(Storage(settings.store), BEFORE)
    return snapshot


def test_two_snapshots_of_a_market_do_not_differ(shops):
    before, now = map(profile, shops)

    assert before.coverage["category"] == sum(before.categories.values())
    assert before.prices.keys() == before.currencies.keys()
    assert find_changes(before, now, DataConfig()) == []


def test_prices_in_cents_are_noticed(shops):
    before, now = map(profile, shops)
    (currency,) = now.prices
    cents = {currency: [100 * price for price in now.prices[currency]]}

    (change,) = find_changes(before, replace(now, prices=cents), DataConfig())

    assert (change.kind, change.name) == ("price", currency)
    assert change.sentence.startswith("the median price is")


def test_a_profile_is_read_as_it_was_written(shops, settings):
    storage = Storage(settings.store)
    written = profile(Snapshot.open(shops[0].path))
    write_profile(storage, written)

    assert read_profile(storage, written.id) == written
    assert read_profile(storage, "unknown") is None


def test_a_run_on_changed_data_trains_nothing(run, changed, store, settings):
    with pytest.raises(InputError, match="there are 9 rows, and 1,000 before") as error:
        run("price")

    storage = Storage(settings.store)
    [name] = runs(storage)
    report = RunRecords(storage, name).page(DATA_REPORT)
    assert f"(report: {report})" in str(error.value)
    assert "at least 50%" in Path(report).read_text()
    assert read_report(settings, name).data_report == report
    assert read_profile(Storage(settings.store), "tuesday").rows == 9
    assert store.newest("price") is None


def test_changed_data_can_be_accepted(run, changed, champion, store):
    events = run("price", config={"data": {"check": False}})

    notes = [event.message for event in events if event.kind == "note"]
    assert any(note.startswith("accepted: there are 9 rows") for note in notes)
    assert store.champion() != champion.id


@pytest.mark.slow
def test_the_command_has_an_option_to_accept_data(
    world, changed, champion, store, settings, monkeypatch, capsys
):
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    words = ["train", "price", "--snapshot", str(changed)]

    assert main([*words, "--force"]) == 2
    assert "train on it with --accept-data" in capsys.readouterr().err
    assert main([*words, "--accept-data"]) == 0
    assert store.champion() != champion.id
