"""``listrec replay``: a shorter list from events alone, a release with kept listings."""

import json

import pytest

from cli.main import main
from common.event_database.database import EventDatabase
from common.store.release import ReleaseStore
from tests.pipelines.replay.kept import list_items
from tests.pipelines.replay.market import drafts_of, events_of

NOVEMBER = ["--since", "2026-11-01", "--until", "2026-12-01"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def database(home):
    """The database of a home with the events of simulated sellers."""
    database = EventDatabase(f"sqlite:///{home}/events.db")
    database.insert(events_of(drafts_of(1, 300), exploration=0.3))
    return database


@pytest.fixture
def champion_id(home, monkeypatch, released_home, shop, suggester):
    """The champion of a shop that has kept what its sellers listed."""
    listings = shop.read("test")[:150]
    database = EventDatabase(f"sqlite:///{home}/events.db")
    list_items(listings, suggester, database, exploration=0.7, sellers=80)
    monkeypatch.setenv("LISTREC_STORE", str(released_home / "store"))
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", str(home / "kept"))
    return ReleaseStore(str(released_home / "store")).champion()


def test_a_shorter_list_is_told_in_sentences(database, capsys):
    assert main(["replay", "--top-k", "1", *NOVEMBER]) == 0
    size, values, difference = capsys.readouterr().out.splitlines()
    assert size.endswith("sellers who saw categories best first.")
    assert values.endswith(" the first category.")
    assert "sellers would have accepted less: -" in difference


def test_a_file_of_events_has_the_figures_of_the_database(home, database, capsys):
    command = ["replay", "--top-k", "1", *NOVEMBER, "--json"]
    assert main(command) == 0
    figures = json.loads(capsys.readouterr().out)
    file = str(home / "events.parquet")
    assert main(["events", "export", "--out", file]) == 0
    capsys.readouterr()

    assert main([*command, "--events", file]) == 0

    assert json.loads(capsys.readouterr().out) == figures
    assert figures["difference"]["DR"]["value"] < 0


def test_a_release_that_ranks_as_the_one_in_use_differs_in_nothing(champion_id, capsys):
    assert main(["replay", "--release", champion_id, *NOVEMBER, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["replay"]["difference"]["DR"]["value"] == 0
    assert figures["replay"]["listings"] > 50
    assert figures["not_kept"] == 0


def test_a_release_is_told_in_a_table_with_how_far_to_believe_it(champion_id, capsys):
    command = ["replay", "--release", champion_id, "--top-k", "2", *NOVEMBER]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "listings that get one of the first 2" in printed
    assert f"\nrelease {champion_id}" in printed
    assert "They say as much about the challenger as" in printed
    assert "Check: " in printed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "name a challenger"),
        (["--top-k", "4"], "sellers saw 3 categories at most"),
        (["--top-k", "1", "--until", "2026-11-02"], "no known seller saw categories"),
        (["--top-k", "1", "--since", "2026-12-01"], "--since must be earlier"),
        (["--release", "0123"], "LISTREC_KEEP_LISTINGS"),
    ],
)
def test_what_cannot_be_replayed_is_exit_code_2(database, words, reason, capsys):
    assert main(["replay", *NOVEMBER, *words]) == 2
    assert reason in capsys.readouterr().err


def test_listings_that_nobody_kept_are_exit_code_2(
    database, released_home, monkeypatch, capsys
):
    store = str(released_home / "store")
    monkeypatch.setenv("LISTREC_STORE", store)
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", "kept")
    command = ["replay", "--release", ReleaseStore(store).champion(), *NOVEMBER]
    assert main(command) == 2
    assert "whose categories were drawn is kept" in capsys.readouterr().err
