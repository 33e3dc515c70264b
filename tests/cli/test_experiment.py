"""``listrec experiment`` checks files and tells who gets what."""

import json

import pytest

from cli.main import main
from tests.common.experiments.files import TOP_3

ALL = TOP_3.replace("[0, 0.5]", "[0, 1]").replace("coverage: 0.2", "coverage: 1")
ASSIGN = ["--day", "2026-12-03", "--language", "en"]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "experiments"
    folder.mkdir()
    (folder / "top-3.yaml").write_text(ALL, encoding="utf-8")
    return folder


def test_experiments_are_described(folder, capsys):
    assert main(["experiment", "validate", str(folder)]) == 0
    assert capsys.readouterr().out == (
        "top-3: layer category, 100.0% of the sellers from 2026-12-01 to 2026-12-14; "
        "control 50%, three 50%\n"
    )


def test_what_is_wrong_is_told_with_its_line(folder, capsys):
    (folder / "top-3.yaml").write_text(ALL.replace("top_k: 3", "top_k: few"))
    assert main(["experiment", "validate", str(folder)]) == 2
    assert "top-3.yaml, line 15: top_k should be a whole" in capsys.readouterr().err


def test_experiments_that_share_sellers_of_a_layer_are_refused(folder, capsys):
    (folder / "top-4.yaml").write_text(ALL)
    for command in (["validate", str(folder)], ["assign", str(folder), "u-1"]):
        assert main(["experiment", *command]) == 2
        assert "share sellers of the layer 'category'" in capsys.readouterr().err


def test_a_changed_split_of_a_running_experiment_is_refused(folder, tmp_path, capsys):
    started = ALL.replace("start: 2026-12-01", "start: 2020-12-01")
    accepted = tmp_path / "accepted"
    accepted.mkdir()
    (accepted / "top-3.yaml").write_text(started)
    (folder / "top-3.yaml").write_text(started.replace("[0, 1]", "[0, 0.9]"))

    command = ["experiment", "validate", str(folder), "--accepted", str(accepted)]

    assert main(command) == 2
    assert "line 8: namespace of top-3 may not change" in capsys.readouterr().err


def test_sellers_are_told_their_variants(folder, capsys):
    sellers = [f"u-{number}" for number in range(20)]
    assert main(["experiment", "assign", str(folder), *sellers, *ASSIGN]) == 0

    lines = capsys.readouterr().out.splitlines()
    variants = {line.partition(": ")[2] for line in lines}
    assert [line.partition(": ")[0] for line in lines] == sellers
    assert variants == {"control of top-3 (category)", "three of top-3 (category)"}


def test_assignments_are_told_to_programs(folder, capsys):
    assert main(["experiment", "assign", str(folder), "u-1", *ASSIGN, "--json"]) == 0
    assignments = json.loads(capsys.readouterr().out)["u-1"]
    assert assignments["category"]["experiment"] == "top-3"


def test_a_seller_who_is_not_targeted_is_in_no_experiment(folder, capsys):
    command = ["experiment", "assign", str(folder), "u-1", "--day", "2026-12-03"]
    assert main(command) == 0
    assert capsys.readouterr().out == "u-1: no experiment\n"
