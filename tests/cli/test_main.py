"""The command itself: what it says before a subcommand runs."""

import pytest

from cli.main import main


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("LISTREC_TRACKING_TIMEOUT", "soon", "LISTREC_TRACKING_TIMEOUT must be a"),
        ("LISTREC_STORE", "s3://shop/{team}", "no team is known: set LISTREC_TEAM"),
    ],
)
def test_a_wrong_variable_is_a_sentence_and_bad_input(
    monkeypatch, capsys, variable, value, sentence
):
    monkeypatch.delenv("LISTREC_TEAM", raising=False)
    monkeypatch.setenv(variable, value)

    assert main(["registry", "list"]) == 2

    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert sentence in errors
