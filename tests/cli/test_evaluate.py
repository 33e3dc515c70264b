import json
import re
import shlex
from pathlib import Path

import pytest

from cli.evaluate import evaluate as command
from cli.main import main


@pytest.fixture
def evaluate(rivals, monkeypatch, capsys):
    """Run ``listrec evaluate`` at home; return its exit code, stdout and stderr."""
    settings, _ = rivals
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    monkeypatch.delenv("LISTREC_STORE", raising=False)

    def start(*words):
        snapshot = str(settings.home / "snapshot")
        code = main(["evaluate", *map(str, words), "--snapshot", snapshot])
        return code, *capsys.readouterr()

    return start


def test_two_versions_are_compared_in_a_table_and_a_sentence(evaluate, rivals):
    worse = rivals[1]["price"]
    code, out, _ = evaluate("price", "--version", worse, "--against", "champion")

    assert code == 0
    assert "A less B" in out
    assert "warm_rmsle" in out
    assert "A is worse than B: price rmsle is" in out


def test_the_report_is_written_and_names_the_command(evaluate, tmp_path):
    out = tmp_path / "report.html"
    code, _, err = evaluate("brand", "--html", out)

    assert code == 0
    assert f"{out}: the report on" in err
    text = out.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "listrec evaluate brand --snapshot" in text
    assert "--split" not in text  # what was not said is not shown


def test_a_comparison_can_be_read_by_programs(evaluate, rivals):
    code, out, _ = evaluate("category", "--against", rivals[1]["category"], "--json")

    result = json.loads(out)
    (top1, *_) = result["fields"]["category"]["early"]
    assert code == 0
    assert top1["metric"] == "top1"
    assert top1["verdict"] == "better"
    assert top1["difference_low"] > 0
    assert {row["dimension"] for row in result["fields"]["category"]["slices"]} >= {
        "price band"
    }


@pytest.mark.parametrize("place", ["no/such/folder/report.html", "."])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_measured(
    evaluate, tmp_path, place
):
    code, out, err = evaluate("price", "--html", tmp_path / place)

    assert (code, out) == (2, "")
    assert "error: the report cannot be written to" in err


def test_an_unknown_artifact_is_refused(evaluate):
    code, _, err = evaluate("price", "--against", "0123456789abcdef")

    assert code == 4
    assert "there is no artifact 0123456789abcdef in the store" in err


def test_the_commands_of_the_page_on_evaluation_are_understood():
    page = Path(__file__).parents[2] / "docs" / "evaluation.md"
    lines = re.findall(
        r"^listrec evaluate (.+)$", page.read_text("utf-8"), re.MULTILINE
    )

    assert len(lines) >= 4
    for line in lines:
        assert command.make_context("evaluate", shlex.split(line)), line


@pytest.fixture
def elsewhere(evaluate, rivals, tmp_path):
    """Evaluate the champion on a small shop of another currency, without any category."""
    table = tmp_path / "shop.csv"
    lines = [f"kettle no {row},{1500 + row},JPY,s{row}" for row in range(400)]
    table.write_text("title,price,currency,seller_id\n" + "\n".join(lines))
    assert main(["ingest", str(table), "--out", str(tmp_path / "yen")]) == 0

    def start(*words):
        return main(["evaluate", *words, "--snapshot", str(tmp_path / "yen")])

    return start


@pytest.mark.parametrize("more", [(), ("--against", "champion"), ("--html", "x.html")])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "price",
            r"price in USD, the currency that the model answers in \(there are \d+ in",
        ),
        ("category", r"with a category"),
    ],
)
def test_a_snapshot_that_cannot_measure_the_model_is_refused_in_a_sentence(
    elsewhere, capsys, tmp_path, monkeypatch, name, sentence, more
):
    monkeypatch.chdir(tmp_path)

    assert elsewhere(name, *more) == 2

    out, err = capsys.readouterr()
    assert re.search(sentence, err)
    assert "0.0000" not in out
    assert not Path("x.html").exists()


def test_rows_that_cannot_be_measured_are_said(evaluate, tmp_path, capsys):
    codes = ("JPY", "USD")
    lines = [f"kettle no {row},{15 + row},{codes[row % 2]}" for row in range(400)]
    table = tmp_path / "shop.csv"
    table.write_text("title,price,currency\n" + "\n".join(lines))
    assert main(["ingest", str(table), "--out", str(tmp_path / "mixed")]) == 0
    assert main(["evaluate", "price", "--snapshot", str(tmp_path / "mixed")]) == 0
    assert re.search(r"on \d+ test rows, \d+ of which", capsys.readouterr().out)
