import json

import pytest

from common.errors import UnavailableError
from common.store.storage import Storage
from pipelines.notifications import slack as slack_messages
from pipelines.notifications.notify import notify, send_test
from pipelines.training.step_records import DONE, RunRecords, StepRecord
from tests.pipelines.notifications.services import BROKEN, BUSY, HANGS, OK


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


def test_metrics_stand_beside_those_of_the_champion_before(
    slack, telling, ended, evaluated, store, champion
):
    server = slack()
    ended("monday", "promoted", release=champion.id)
    evaluated("monday", {"rmsle": 0.4, "mae": 3.0})
    ended("tuesday", "promoted", release="another")
    evaluated("tuesday", {"rmsle": 0.35, "mae": 2.0})

    notify(telling(server), "tuesday", print)

    assert "• price: rmsle 0.35 (-0.0500)\n" in text_of(server.bodies[0]) + "\n"
    assert "mae" not in text_of(server.bodies[0])


def test_a_message_has_the_settings_that_were_tried(slack, telling, ended, evaluated):
    server = slack()
    run = ended("night", "promoted")
    missed = {"settings": "{seed: 1}", "metrics": {"rmsle": 2.0}, "passed": False}
    chosen = {"settings": "{seed: 2}", "metrics": {"rmsle": 0.4}, "passed": True}
    trials = [{**missed, "reasons": ["too high"]}, {**chosen, "reasons": []}]
    evaluated(run, {"rmsle": 0.5}, trials=trials)

    notify(telling(server), run, print)

    assert (
        "• price: rmsle 0.5; chosen on validation rows: {seed: 1}: rmsle 2 (too high);"
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
