"""Secrets of the environment are in no file, output or message of a run, also of one that fails."""

import json

import pytest

from cli.main import main
from common.errors import ListrecError, UnavailableError
from common.secrets import redact
from tests.pipelines.notifications.conftest import HOOK
from tests.pipelines.notifications.planted import (
    files_with_secrets,
    secret_names,
    secrets,
    with_password,
)
from tests.real_parts import mlflow_server

QUOTES_ADDRESS = {"encoders": {"text": {"stumble": "quote"}}}


@pytest.fixture
def told(slack, pagerduty, monkeypatch):
    """Plants all secrets; returns a function that returns all messages without the routing key."""
    channel, incidents = slack(), pagerduty()
    for name, value in secrets().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LISTREC_SLACK_WEBHOOK", channel.address + HOOK)
    monkeypatch.setenv("LISTREC_PAGERDUTY_URL", incidents.address)

    def messages():
        events = [
            {name: value for name, value in event.items() if name != "routing_key"}
            for event in incidents.bodies
        ]
        return json.dumps([*channel.bodies, *events])

    return messages


def test_every_kind_of_secret_is_planted():
    assert {
        "LISTREC_SLACK_WEBHOOK",
        "LISTREC_PAGERDUTY_KEY",
        "LISTREC_KUBEFLOW_TOKEN",
        "LISTREC_SENTRY_DSN",
        "AWS_SECRET_ACCESS_KEY",
    } <= {*secret_names()}


def test_a_run_that_fails_is_told_of_and_its_secrets_are_nowhere(
    run, ended, told, tmp_path, capfd
):
    for name in ("monday", "tuesday"):
        ended(name, "failed", pipeline="encoders")

    with pytest.raises(ListrecError, match="does not answer") as caught:
        run("encoders", config=QUOTES_ADDRESS, tracking_uri=with_password("http://a"))

    assert "train-encoders: failed" in told()
    assert "train-encoders failed 3 times in a row" in told()
    assert "RuntimeError: http://***@a does not answer" in told()
    assert "planted" not in told() + str(caught.value) + "".join(capfd.readouterr())
    assert files_with_secrets(tmp_path) == []


@pytest.mark.slow
def test_a_whole_run_through_a_server_of_mlflow_leaves_no_secret(
    run, told, tmp_path, capfd
):
    with mlflow_server(tmp_path / "mlflow") as address:
        run("encoders", "price", mlflow=with_password(address))

    assert "train-encoders-price: a new release is the champion" in told()
    assert "planted" not in told() + "".join(capfd.readouterr())
    assert files_with_secrets(tmp_path, tmp_path / "mlflow" / "artifacts") == []


@pytest.mark.slow
def test_a_server_of_mlflow_that_does_not_answer_is_named_without_its_password(
    run, told, tmp_path, capfd
):
    with pytest.raises(UnavailableError, match="does not answer") as caught:
        run("encoders", mlflow=with_password("http://127.0.0.1:9"))

    assert "planted" not in told() + str(caught.value) + "".join(capfd.readouterr())
    assert files_with_secrets(tmp_path) == []


def test_a_command_that_fails_prints_no_password(monkeypatch, tmp_path, capsys):
    address = with_password("http://mlflow:5000")
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)

    assert main(["registry", "show", address]) == 4

    error = capsys.readouterr().err
    assert "http://***@mlflow:5000" in error
    assert "planted" not in error


def test_a_setting_that_cannot_be_read_is_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("LISTREC_GPUS", "one")

    assert main(["doctor"]) == 2

    assert capsys.readouterr().err.startswith("error: LISTREC_GPUS must be a whole")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://me:pass@host/x and postgresql://you@db", "http://***@host/x and"),
        ("the key is 0123456789", "the key is ***"),
        ("the token is a", "the token is a"),
        ("there is no tls/key.pem", "there is no tls/key.pem"),
        ("the password is hidden word", "the password is ***"),
    ],
)
def test_texts_lose_values_of_secret_variables_and_users_of_addresses(text, expected):
    environ = {
        "SHOP_KEY": "0123456789",
        "A_TOKEN": "a",
        "LISTREC_TLS_KEY": "tls/key.pem",
        "DATABASE": "postgresql://me:hidden word@db",
    }

    assert redact(text, environ).startswith(expected)
