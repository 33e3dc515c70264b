"""The JSON of the console says what the store and the events of a shop say."""

import shutil

import httpx
import pytest
from click.testing import CliRunner

from cli.main import listrec
from common.event_database.database import EventDatabase
from common.store.history import Cause
from models import NAMES
from serving.console import commands as commands_of
from tests.serving.console.shop import Shop, full_shop, troubled_shop


def data_of(address):
    return httpx.get(f"{address}data", timeout=30, trust_env=False).json()


def kinds(data):
    return [finding["kind"] for finding in data["findings"]]


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    return troubled_shop(tmp_path_factory.mktemp("troubled"))


def test_in_a_shop_where_all_is_well_nothing_is_found(start_console, well):
    data = data_of(start_console(well))

    assert data["findings"] == []
    training = data["training"]["value"]
    champion, *others = training["releases"]
    assert champion["id"] == training["champion"] == well.store.champion()
    assert (champion["state"], champion["promoted_by"]) == ("champion", "ana@shop")
    assert {each["state"] for each in others} == {"earlier"}


def test_a_release_says_why_it_was_promoted(start_console, well):
    champion, *_ = data_of(start_console(well))["training"]["value"]["releases"]

    assert [each["target"] for each in champion["judgements"]] == list(NAMES)
    first = champion["judgements"][0]
    assert (first["passed"], first["metric"], first["gain"]) == (True, "top1", 0.012)
    assert first["floors"] == [
        {"metric": "lift", "value": 1.6, "threshold": "at least 1.5"}
    ]


def test_a_run_says_why_it_failed_or_was_refused(start_console, troubled):
    data = data_of(start_console(troubled))
    failed, refused, promoted, *_ = data["training"]["value"]["runs"]

    assert (failed["state"], failed["reasons"]) == ("failed", ["the bucket is full"])
    assert failed["command"] == f"listrec train --resume {failed['name']}"
    assert [each["passed"] for each in refused["judgements"]] == [True, False]
    assert (promoted["state"], promoted["seconds"]) == ("promoted", 360)
    assert promoted["cost"] == "0.0123 USD"


def test_costs_are_summed_up_by_period(start_console, well):
    well.keep_run("long-ago", "promoted", 24 * 20, cost="2.5 USD", gpu_seconds=3600.0)
    week, month = data_of(start_console(well))["training"]["value"]["costs"]

    assert (week["runs"], month["runs"]) == (3, 4)
    assert week["amount"] == pytest.approx(0.0369)
    assert month["amount"] == pytest.approx(2.5369)
    assert (month["currency"], month["gpu_hours"]) == ("USD", 1)


def test_sellers_are_counted_without_anything_of_a_single_one(start_console, well):
    answer = httpx.get(f"{start_console(well)}data", timeout=30, trust_env=False)
    sellers = answer.json()["sellers"]["value"]

    assert {each["field"] for each in sellers["fields"]} == {
        "category",
        "brand",
        "price",
    }
    assert sum(each["holdout"] for each in sellers["listings"]) > 0
    assert len(sellers["listings"]) == 14
    events = list(well.database.read())
    for column in ("request", "seller", "listing"):
        assert not [
            row for row in events if row[column] and f'"{row[column]}"' in answer.text
        ]


def test_what_is_wrong_is_found_the_serious_first(start_console, troubled):
    data = data_of(start_console(troubled))

    assert kinds(data) == [
        "run_failed",
        "retrain",
        "experiment_harm",
        "experiment_decided",
    ]
    assert [each["is_serious"] for each in data["findings"]] == [True] * 3 + [False]


def test_a_variant_that_was_stopped_does_no_harm_any_more(start_console, troubled):
    data = data_of(start_console(troubled))
    [harm] = [each for each in data["findings"] if each["kind"] == "experiment_harm"]

    assert harm["subject"] == "four"
    assert harm["command"] == "listrec experiment stop four --variant three"
    views = {each["key"]: each for each in data["experiments"]["value"]["experiments"]}
    assert [each["is_stopped"] for each in views["five"]["variants"]] == [False, True]
    assert views["five"]["stops"][0]["by"] == "ana@shop"
    assert views["five"]["state"] == "stopped"


def test_monitoring_has_the_figures_of_the_whole_and_its_days(start_console, well):
    monitoring = data_of(start_console(well))["monitoring"]["value"]

    assert {each["by"] for each in monitoring["record"]["figures"]} == {"all"}
    assert len(monitoring["history"]) == 21
    assert monitoring["command"] == "listrec monitor"


def test_an_empty_shop_is_told_how_to_begin(start_console, tmp_path, now):
    data = data_of(start_console(Shop(tmp_path, now), None))

    assert kinds(data) == ["no_champion"]
    assert data["keeps_events"] is False
    assert data["monitoring"]["value"]["record"] is None
    assert data["experiments"]["value"]["experiments"] == []
    assert not (tmp_path / "store").exists()


@pytest.mark.slow
def test_a_bucket_is_read_too(start_console, tmp_path, now, s3_url):
    shop = Shop(tmp_path, now, s3_url)
    release = shop.publish("one", cause=Cause("ana@shop", "train"))
    shop.keep_run("a", "promoted", release=release)
    shop.monitor(retrain=False, reasons=(), drifts=())
    data = data_of(start_console(shop))

    assert data["findings"] == []
    assert data["training"]["value"]["champion"] == release
    assert len(data["monitoring"]["value"]["history"]) == 21


def test_a_store_that_cannot_be_read_is_said_and_sellers_are_shown_all_the_same(
    start_console, tmp_path
):
    shop = full_shop(tmp_path)
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "store").write_text("no folder")
    data = data_of(start_console(shop))

    assert kinds(data) == ["unread"] * 3
    assert "cannot be read" in data["training"]["problem"]
    assert data["training"]["value"] is None
    assert data["sellers"]["value"]["listings"]


def test_a_database_that_cannot_be_read_leaves_the_rest(start_console, well, tmp_path):
    (tmp_path / "events.db").write_text("no database, but a text")
    broken = EventDatabase(f"sqlite:///{tmp_path / 'events.db'}")
    data = data_of(start_console(well, broken))

    assert "database of events does not answer" in data["sellers"]["problem"]
    assert data["training"]["value"]["champion"]


def test_every_command_that_is_shown_is_one_of_listrec(start_console, troubled):
    text = httpx.get(f"{start_console(troubled)}data", timeout=30, trust_env=False).text
    commands = {part for part in text.split('"') if part.startswith("listrec ")}

    assert len(commands) > 8
    for command in [*commands, commands_of.ROLLBACK, commands_of.LIFT_HOLD]:
        # Help is printed only where all options are known.
        words = [*command.split()[1:], "--help"]
        result = CliRunner().invoke(listrec, words)
        assert result.exit_code == 0, (command, result.output)
