"""docs/experiments.md shows what its commands make, and names all fields and metrics."""

import re
from typing import get_args

import pytest

from cli.main import main
from common.experiments.analysis_record import Verdict
from common.experiments.metrics import METRICS
from common.experiments.reading import FIELDS
from tests.pipelines.experiments.documented import (
    PAGE,
    documented_events,
    documented_experiment,
    make_files,
)

TEXT = PAGE.read_text("utf-8")
COMMANDS = [
    line.split()[2:]
    for line in re.findall(
        r"^listrec experiment .*build/example.*$", TEXT, re.MULTILINE
    )
]


def test_the_shown_file_is_an_experiment():
    assert documented_experiment().metric == "seconds"


def test_all_fields_metrics_and_verdicts_are_explained():
    for name in (*FIELDS, *(name for name in METRICS if "acceptance" not in name)):
        assert f"`{name}`" in TEXT
    for word in get_args(Verdict):
        assert f"\n| {word} |" in TEXT


@pytest.mark.slow
def test_the_shown_lines_are_those_of_the_commands(tmp_path, capsys):
    make_files(documented_events(), tmp_path)
    shown = re.findall(r"```\n(top-3.*?)```", TEXT, re.DOTALL)
    for words, lines in zip(COMMANDS, shown, strict=True):
        given = [word.replace("build/example", str(tmp_path)) for word in words]
        assert main(["experiment", *given]) == 0
        assert capsys.readouterr().out.startswith(lines)
