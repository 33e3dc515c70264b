"""``listrec report`` tells of a week from the database or a file."""

import json
from datetime import UTC, datetime

import pytest

from cli.main import main
from common.event_database.database import EventDatabase
from pipelines.weekly_report.weeks import Week
from tests.pipelines.notifications.services import serving
from tests.pipelines.weekly_report.examples import simulate

WEEK = ["--week", "2026-W48"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    events = simulate(weeks=2, items=60, holdout=0.1)
    EventDatabase(f"sqlite:///{tmp_path}/events.db").insert(events)
    return tmp_path


def test_the_week_is_told_in_sentences(capsys):
    assert main(["report", *WEEK]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["Week 2026-W48", f"- {printed[1][2:]}"]
    assert "60 items put up by" in printed[1]
    assert [line for line in printed if line.startswith("- Category: ")]


def test_a_file_of_events_has_the_figures_of_the_database(home, capsys):
    assert main(["report", *WEEK, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    file = str(home / "events.parquet")
    assert main(["events", "export", "--out", file]) == 0
    capsys.readouterr()

    assert main(["report", *WEEK, "--json", "--events", file]) == 0

    assert json.loads(capsys.readouterr().out) == figures
    assert figures["week"] == "2026-W48"


def test_a_page_is_written(home, capsys):
    assert main(["report", *WEEK, "--out", str(home / "week.html")]) == 0
    assert "the page of the week" in capsys.readouterr().err
    assert "<h1>Week 2026-W48</h1>" in (home / "week.html").read_text("utf-8")


def test_the_default_is_the_last_complete_week(home, capsys):
    last = Week.last_complete(datetime.now(UTC))
    events = simulate(seed=2, weeks=1, items=20, week=last)
    EventDatabase(f"sqlite:///{home}/events.db").insert(events)
    assert main(["report"]) == 0
    assert capsys.readouterr().out.startswith(f"Week {last}\n")


def test_a_channel_of_slack_is_told_the_same_sentences(monkeypatch, capsys):
    with serving() as slack:
        monkeypatch.setenv("LISTREC_SLACK_WEBHOOK", f"{slack.address}/services/T0")
        assert main(["report", *WEEK, "--slack"]) == 0
    [body] = slack.bodies
    told = body["blocks"][1]["text"]["text"].replace("•", "-")
    assert told == capsys.readouterr().out.strip().partition("\n")[2]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--week", "last"], "such as 2026-W48"),
        (["--week", "2020-W01"], "no item of 2020-W01"),
        ([*WEEK, "--slack"], "LISTREC_SLACK_WEBHOOK"),
        ([*WEEK, "--out", "nowhere/week.html"], "there is no folder"),
        ([*WEEK, "--events", __file__], "cannot be read as a table of events"),
    ],
)
def test_what_cannot_be_used_is_exit_code_2(words, reason, capsys):
    assert main(["report", *words]) == 2
    assert reason in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_exit_code_5(monkeypatch, capsys):
    address = "postgresql+psycopg://shop@127.0.0.1:1/events"
    monkeypatch.setenv("LISTREC_EVENTS", address)
    assert main(["report", *WEEK]) == 5
    assert "does not answer" in capsys.readouterr().err
