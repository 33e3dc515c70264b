import json
from pathlib import Path

import pytest

from common.errors import GateError, UnavailableError
from common.runs.records import DONE, RunRecords, StepRecord
from common.store.storage import Storage
from pipelines.notifications import slack as slack_messages
from pipelines.notifications.notify import notify, send_test
from pipelines.records import Challenger
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.gate_config import GateConfig
from pipelines.training.release_steps import admit
from tests.pipelines.notifications.services import BROKEN, BUSY, HANGS, OK

SLICES = [
    {"name": "language ja", "rows": 40.0, "gain": -0.09, "error": 0.02},
    {"name": "category Home", "rows": 90.0, "gain": -0.01, "error": 0.02},
]
LOSS = {
    "champion": "02ab8c1f",
    "metric": "rmsle",
    "rows": 812.0,
    "gain": -0.0312,
    "error": 0.0102,
    "slices": SLICES,
    "attempt": 1,
    "bytes": [2_000_000, 2_000_000],
}
GAIN = LOSS | {"gain": 0.0124, "error": 0.0031, "slices": SLICES[1:]}


ROOT = Path(__file__).parents[3]


def refusal(comparison):
    """The sentence that a run ends with whose price model is compared so."""
    verdict = check_against_champion(comparison, GateConfig())
    price: Challenger = {
        "target": "price",
        "passed": False,
        "reasons": list(verdict.reasons),
    }
    with pytest.raises(GateError) as caught:
        admit(None, [price], force=False)
    return str(caught.value)


def text_of(body):
    return "\n".join(block["text"]["text"] for block in body["blocks"])


@pytest.fixture
def evaluated(settings):
    """Keeps the record of a price model in a run."""

    def keep(run, metrics, **values):
        record = {
            "target": "price",
            "metrics": metrics,
            "thresholds": {"rmsle": "at most 1"},
            **values,
        }
        step = StepRecord("register", "all", DONE, "2026-11-30", result=[record])
        RunRecords(Storage(settings.store), run).write_step(step)

    return keep


def test_a_message_says_how_the_run_ended_and_why(slack, telling, ended):
    server = slack()
    run = ended("night", "refused", reasons=["price: rmsle is 0.9"])

    assert notify(telling(server), run, print)

    (body,) = server.bodies
    assert body["text"] == "train-all: refused, the champion stays"
    assert body["blocks"][0]["text"]["text"] == body["text"]
    assert "• price: rmsle is 0.9" in text_of(body)
    assert "Run `night`\n1.5 minutes, 2.0 minutes of processor" in text_of(body)


def test_a_message_has_the_gain_on_the_same_rows_and_the_slices_that_are_worse(
    slack, telling, ended, evaluated
):
    server = slack()
    evaluated("night", {"rmsle": 0.35, "mae": 2.0}, comparison=LOSS)

    notify(telling(server), ended("night", "refused"), print)

    text = text_of(server.bodies[0])
    assert "• price: rmsle 0.35\n    rmsle is 0.0312 worse" in text
    assert "on the same 812 rows (gain -0.051 to -0.011)" in text
    assert "worse in language ja (0.09 on 40 rows)\n" in text + "\n"
    assert "mae" not in text
    assert "category" not in text


def test_a_message_says_why_there_is_no_gain(slack, telling, ended, evaluated):
    server = slack()
    skipped = {"champion": "0", "skipped": "12 of 90 test rows are new to both"}
    evaluated("night", {"rmsle": 0.35}, comparison=skipped)

    notify(telling(server), ended("night", "promoted"), print)

    sentence = "not compared with the champion: 12 of 90 test rows are new to both"
    assert sentence in text_of(server.bodies[0])


def test_the_messages_of_the_documentation_are_those_that_are_sent(
    slack, telling, ended, evaluated
):
    server = slack()
    metrics = {"rmsle": 0.3412, "interval_coverage": 0.801}
    gate = dict.fromkeys(metrics, "at most 1")
    evaluated("tuesday-all", metrics, comparison=GAIN, thresholds=gate, version="12")
    evaluated("wednesday-all", metrics, comparison=LOSS, thresholds=gate)
    ended("tuesday-all", "promoted", release="8c1f02ab", cost="0.0123 USD")
    ended("wednesday-all", "refused", reasons=[refusal(LOSS)], cost="0.0125 USD")

    for run in ("tuesday-all", "wednesday-all"):
        notify(telling(server, tracking_uri="http://mlflow:5000"), run, print)

    page = (ROOT / "docs" / "notifications.md").read_text("utf-8")
    for body in server.bodies:
        assert f"```text\n{text_of(body)}\n```" in page


def test_a_message_has_the_settings_that_were_tried(slack, telling, ended, evaluated):
    server = slack()
    run = ended("night", "promoted")
    missed = {"settings": "{seed: 1}", "metrics": {"rmsle": 2.0}, "passed": False}
    chosen = {"settings": "{seed: 2}", "metrics": {"rmsle": 0.4}, "passed": True}
    trials = [{**missed, "reasons": ["too high"]}, {**chosen, "reasons": []}]
    evaluated(run, {"rmsle": 0.5}, trials=trials)

    notify(telling(server), run, print)

    assert (
        "• price: rmsle 0.5\n    chosen on validation rows: {seed: 1}: rmsle 2 (too high);"
        " {seed: 2}: rmsle 0.4"
    ) in text_of(server.bodies[0])


def test_a_message_links_the_run_and_the_versions_without_a_password(
    slack, telling, ended, evaluated
):
    server = slack()
    evaluated(ended("a/b", "promoted"), {"rmsle": 0.4}, version="7")

    uri = "http://me:planted-password@mlflow:5000/"
    notify(telling(server, tracking_uri=uri), "a/b", print)

    text = text_of(server.bodies[0])
    assert "<https://console/a%2Fb?tab=log|run>" in text
    page = "http://mlflow:5000/#/models/listing-price/versions/7"
    assert f"<{page}|price in mlflow>" in text
    assert "planted" not in text


def test_what_is_not_ours_calls_nobody_in_the_channel(slack, telling, ended):
    server = slack()
    run = ended("night", "failed", reasons=["all say '<!channel> & <@U1>'"])

    notify(telling(server), run, print)

    assert "all say '&lt;!channel&gt; &amp; &lt;@U1&gt;'" in text_of(server.bodies[0])


def test_a_message_stays_within_the_limits_of_slack(slack, telling, ended):
    server = slack()
    reasons = [f"reason {number} & more" for number in range(500)]
    run = ended("night", "failed", pipeline="x" * 200, reasons=reasons)

    notify(telling(server), run, print)

    header, *sections = (block["text"]["text"] for block in server.bodies[0]["blocks"])
    assert len(header) == slack_messages.MAX_TITLE
    assert max(map(len, sections)) <= slack_messages.MAX_TEXT
    assert sections[1].endswith("&amp; more\n… cut")


@pytest.mark.parametrize("first", [BROKEN, BUSY])
def test_a_message_is_sent_again_where_slack_is_busy(first, slack, telling, ended):
    server = slack(first, OK)

    assert notify(telling(server), ended("night", "trained"), print)

    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (BROKEN, "Slack answered 500"),
        ((403, {}), "Slack answered 403"),
        ((429, {"Retry-After": "3600"}), "it took longer than 1 seconds"),
        (HANGS, "it took longer than 1 seconds"),
    ],
)
def test_a_service_that_takes_nothing_is_noted_and_no_error(
    answer, problem, slack, telling, ended, capfd
):
    notes: list[str] = []
    # Two seconds are enough for what is sent again at once.
    seconds = 1 if "longer" in problem else 20

    settings = telling(slack(answer))
    assert not notify(settings, ended("night", "trained"), notes.append, seconds)

    assert notes == [f"Slack was not told: {problem}"]
    assert "planted" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("webhook", ["planted", "http://127.0.0.1:9/planted"])
def test_an_address_that_is_wrong_is_in_no_message(webhook, capfd, caplog):
    with pytest.raises(UnavailableError, match="Slack does not answer") as caught:
        slack_messages.post(webhook, "title", [])

    assert "planted" not in str(caught.value) + "".join(capfd.readouterr())
    assert "planted" not in caplog.text


def test_a_test_message_says_that_it_is_one(slack, telling):
    server = slack()

    assert send_test(telling(server)) == ["Slack"]

    assert "A test of listrec notify" in json.dumps(server.bodies)
