"""Runs of the graph tell how they ended."""

import pytest
import yaml

from cli.main import main
from common.errors import GateError, InputError
from common.notification_settings import SECRETS
from common.settings import Settings
from pipelines.training.compile import compile_all
from tests.pipelines.notifications.conftest import HOOK, KEY
from tests.pipelines.notifications.planted import secret_names


@pytest.fixture
def tell(monkeypatch):
    """Sets the variables of services for the processes of a run."""

    def set_variables(slack=None, pagerduty=None):
        if slack:
            monkeypatch.setenv("LISTREC_SLACK_WEBHOOK", slack.address + HOOK)
        if pagerduty:
            monkeypatch.setenv("LISTREC_PAGERDUTY_KEY", KEY)
            monkeypatch.setenv("LISTREC_PAGERDUTY_URL", pagerduty.address)

    return set_variables


@pytest.mark.slow
def test_a_run_that_misses_its_gate_is_told_of_with_its_metrics(
    run, champion, tell, slack
):
    channel = slack()
    tell(channel)

    with pytest.raises(GateError):
        run("brand", config={"brand": {"score": 0.1}})

    (message,) = channel.bodies
    assert message["text"] == "train-brand: refused, the champion stays"
    assert "• brand: score 0.1" in str(message["blocks"])


@pytest.mark.slow
def test_a_run_goes_well_where_slack_is_gone(run, tell, slack, store):
    gone = slack()
    gone.address = "http://127.0.0.1:9"
    tell(gone)

    events = run("encoders")

    notes = [event.message for event in events if event.step == "finish"]
    assert "Slack was not told: Slack does not answer (URLError)" in notes


IMAGE = f"shop/listrec@sha256:{'0' * 64}"


def test_settings_print_no_secret(monkeypatch):
    settings = Settings.from_environment(dict.fromkeys(SECRETS, "planted"))

    assert settings.notifications.slack_webhook == "planted"
    assert "planted" not in repr(settings) + str(settings.notifications)


def test_a_compiled_pipeline_takes_no_secret(tmp_path, monkeypatch):
    for name in secret_names():
        monkeypatch.setenv(name, "planted")
        with pytest.raises(InputError, match=name):
            compile_all(["price"], tmp_path, IMAGE, {name: "planted"})
    (path,) = compile_all(["price"], tmp_path, IMAGE)

    assert yaml.safe_load_all(text := path.read_text("utf-8"))
    assert "planted" not in text


def test_the_command_sends_a_test_message(tell, slack, capsys):
    channel = slack()
    tell(channel)

    assert main(["notify", "--test"]) == 0

    assert "A test message was sent to Slack." in capsys.readouterr().out
    assert channel.bodies[0]["text"] == "A test of listrec notify: nothing is wrong"


def test_the_command_tells_of_a_run_once_more(
    tell, slack, ended, settings, monkeypatch
):
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    channel = slack()
    tell(channel)

    assert main(["notify", ended("night", "promoted")]) == 0

    assert channel.bodies[0]["text"] == "train-all: a new release is the champion"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "say which RUN"),
        (("--test",), 2, "set LISTREC_SLACK_WEBHOOK or LISTREC_PAGERDUTY_KEY"),
    ],
)
def test_the_command_says_what_it_lacks(words, code, message, capsys):
    assert main(["notify", *words]) == code

    assert message in capsys.readouterr().err
