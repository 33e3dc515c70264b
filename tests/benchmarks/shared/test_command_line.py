from pathlib import Path

import pytest

from benchmarks.shared.command_line import data_folder, format_command, make_parser
from common.errors import InputError


def test_help_ends_with_the_examples():
    text = make_parser(
        "benchmarks.x", "Measure x.", "\npython -m benchmarks.x a\n"
    ).format_help()
    assert text.startswith("usage: python -m benchmarks.x")
    assert text.endswith("examples:\n  python -m benchmarks.x a\n")


def test_a_command_names_the_options_that_are_set():
    options = {"--rows": None, "--folds": 5, "--only-fold": 0, "--extra": ""}
    command = format_command("benchmarks.x", ["train.tsv"], options)
    assert command == "python -m benchmarks.x train.tsv --folds 5 --only-fold 0"


def test_real_rows_need_their_folder(monkeypatch):
    monkeypatch.setenv("LISTREC_DATA", "data")
    assert data_folder("clothing") == Path("data")
    monkeypatch.delenv("LISTREC_DATA")
    with pytest.raises(InputError, match="set LISTREC_DATA to the folder of clothing"):
        data_folder("clothing")
