"""``listrec experiment plan`` and ``analyze``, from the events of sellers to what follows."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from cli.main import main
from common.event_database.database import EventDatabase
from common.experiments import analysis_record, published
from common.experiments.published import Published
from common.store.storage import Storage
from simulator.behaviour import Behaviour
from tests.pipelines.experiments.examples import (
    EXPERIMENT,
    KEY,
    TEXT,
    experiment_of,
    text_of_days,
)
from tests.pipelines.experiments.market import simulate_experiment
from tests.pipelines.notifications.services import serving

ACCEPTING = {"control": Behaviour(ignoring=0.6)}
SLOW = {"new": Behaviour(seconds=240)}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    folder = tmp_path / "experiments"
    folder.mkdir()
    (folder / f"{KEY}.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def keep(home, events):
    EventDatabase(f"sqlite:///{home}/events.db").insert(events)


def publish_running(home, behaviours):
    """Publish the experiment as of some days ago, with what its sellers did since."""
    today = datetime.now(UTC).date()
    text = text_of_days(today - timedelta(days=5), today + timedelta(days=1))
    storage = Storage(str(home / "store"))
    published.write(storage, Published(), Published(number=1, files={KEY: text}))
    keep(home, simulate_experiment(experiment_of(text), behaviours))
    return storage


def analyze(home, *words):
    given = ["--experiments", str(home / "experiments"), "--until", "2026-11-30"]
    return main(["experiment", "analyze", *given, *words])


def test_programs_are_told_that_no_effect_is_found_where_there_is_none(home, capsys):
    keep(home, simulate_experiment(EXPERIMENT))
    assert analyze(home, "--json") == 0
    (record,) = json.loads(capsys.readouterr().out)
    assert record["verdict"] in ("unclear", "no difference")
    assert record["sample_ratio_verdict"] == "ok"


def test_a_published_file_that_cannot_be_read_leaves_the_others(home, capsys):
    today = datetime.now(UTC).date()
    files = {"bad": "layer: [", KEY: text_of_days(today, today)}
    storage = Storage(str(home / "store"))
    published.write(storage, Published(), Published(number=1, files=files))
    assert main(["experiment", "analyze"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{KEY}: Day 0 of 1")
    assert told.err == "bad is left out: its file cannot be read\n"


def test_an_analysis_is_told_in_lines_and_on_a_page(home, capsys):
    keep(home, simulate_experiment(EXPERIMENT, ACCEPTING))
    out = home / "experiments.html"
    assert analyze(home, KEY, "--out", str(out)) == 0
    first, sellers, variant, deciding, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{KEY}: 'new' is better than 'control'")
    assert sellers.startswith("  Sellers: control ")
    assert variant == "  new, intervals fixed horizon:"
    assert deciding.startswith("    brand acceptance: ")
    assert f"<h1>{KEY}</h1>" in out.read_text("utf-8")


def test_a_variant_that_does_harm_is_stopped_once_and_somebody_is_told(
    home, monkeypatch, capsys
):
    storage = publish_running(home, SLOW)
    command = ["experiment", "analyze", "--stop-on-harm"]
    with serving() as slack:
        monkeypatch.setenv("LISTREC_SLACK_WEBHOOK", f"{slack.address}/services/T0")
        codes = [main(command)]
        time.sleep(1)  # stops are told from later analyses by whole seconds
        codes.append(main(command))

    (stop,) = published.read(storage).stops
    assert (stop.experiment, stop.variant, stop.by) == (KEY, "new", "guardrail")
    assert stop.reason.startswith("time to list is worse by ")
    assert codes == [3, 0]
    assert len(slack.bodies) == 1
    assert "'new' does harm: time to list is worse by" in str(slack.bodies)
    assert analysis_record.read(storage, KEY).variants[0].stopped == stop.at


def test_harm_is_told_and_nothing_is_stopped_without_the_option(home, capsys):
    storage = publish_running(home, SLOW)
    assert main(["experiment", "analyze"]) == 3
    assert not published.read(storage).stops
    assert analysis_record.read(storage, KEY).verdict == "harm"


def test_what_sellers_did_before_is_the_plan_of_a_file_or_a_published_experiment(
    home, capsys
):
    publish_running(home, None)
    file = str(home / "experiments" / f"{KEY}.yaml")
    assert main(["experiment", "plan", file, "--weeks", "1"]) == 0
    assert capsys.readouterr().out.startswith(f"{KEY} finds a difference of 5.0 points")
    assert main(["experiment", "plan", KEY, "--effect", "0.1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["minimum_effect"] == 0.1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["plan", "top-9"], "no experiment 'top-9' is published; there are: none"),
        (["plan", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["analyze", "top-9"], "no experiment 'top-9' is published"),
        (["analyze", "--out", "nowhere/page.html"], "there is no folder"),
        (["analyze", "--stop-on-harm", "--until", "2026-11-30"], "for what servers"),
    ],
)
def test_what_cannot_be_used_is_exit_code_2(home, words, reason, capsys):
    assert main(["experiment", *words]) == 2
    assert reason in capsys.readouterr().err


def test_a_plan_without_events_says_what_it_needs(home, capsys):
    file = str(home / "experiments" / f"{KEY}.yaml")
    assert main(["experiment", "plan", file, "--until", "2026-11-23"]) == 2
    assert "a whole week of events before 2026-11-23" in capsys.readouterr().err


def test_where_nothing_is_published_there_is_nothing_to_analyze(home, capsys):
    assert main(["experiment", "analyze"]) == 0
    assert capsys.readouterr().out.startswith("No experiment runs")
