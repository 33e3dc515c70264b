"""Pages are renderings of the results; every benchmark explains itself."""

import re
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import pages
from benchmarks.shared.result_files import read_results

DOCS = Path(__file__).parents[2] / "docs"
MODULES = (
    "benchmarks.event_log",
    "benchmarks.faults.run",
    "benchmarks.loop.run",
    "benchmarks.pages",
    "benchmarks.photos.int8",
    "benchmarks.photos.run",
    "benchmarks.prices.run",
    "benchmarks.quality.brand_noise",
    "benchmarks.quality.run",
    "benchmarks.scale.run",
    "benchmarks.shipping.run",
    "benchmarks.serving.memory",
    "benchmarks.serving.profile",
    "benchmarks.serving.run",
    "benchmarks.shops.ablation",
    "benchmarks.shops.learning_curve",
    "benchmarks.shops.run",
    "benchmarks.taxonomy.fit",
    "benchmarks.taxonomy.run",
    "benchmarks.transport.run",
)


def _run(monkeypatch, module, *arguments):
    monkeypatch.setattr(sys, "argv", [module, *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    return ended.value.code


def test_the_pages_show_the_results_in_docs(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pages", "--docs", str(DOCS), "--check"])
    assert pages.main() == 0, capsys.readouterr().err


def test_a_page_that_is_not_current_is_named_and_rendered(
    tmp_path, monkeypatch, capsys
):
    docs = tmp_path / "docs"
    shutil.copytree(DOCS / "results", docs / "results")
    text = (DOCS / "quality.md").read_text(encoding="utf-8")
    changed = re.sub(r"0\.\d{3}", "0.999", text, count=1)
    (docs / "quality.md").write_text(changed, encoding="utf-8")
    shutil.copy(DOCS / "scale.md", docs)
    shutil.copy(DOCS / "shops.md", docs)

    monkeypatch.setattr(sys, "argv", ["pages", "--docs", str(docs), "--check"])
    assert pages.main() == 1
    assert "quality.md is not current" in capsys.readouterr().err

    monkeypatch.setattr(sys, "argv", ["pages", "--docs", str(docs)])
    assert pages.main() == 0
    assert (docs / "quality.md").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "path", sorted((DOCS / "results").glob("*.json")), ids=lambda p: p.stem
)
def test_every_file_of_results_has_the_schema(path):
    run, results = read_results(path)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", run.date)
    assert len(results) > 0
    for item in results:
        assert item.benchmark == run.benchmark
        assert item.date
        assert item.commit
        assert len(item.repetitions) == len(item.values)


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("module", MODULES)
def test_every_benchmark_shows_examples_in_its_help(module, monkeypatch, capsys):
    assert _run(monkeypatch, module, "--help") == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: python -m {module}")
    assert f"python -m {module}" in text.partition("examples:")[2]


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("benchmarks.photos.run", ()),
        ("benchmarks.shops.run", ()),
        ("benchmarks.photos.int8", ("--photo", "a", "--text", "b")),
        ("benchmarks.prices.run", ()),
    ],
)
def test_without_real_rows_a_sentence_says_what_to_set(
    module, arguments, monkeypatch, capsys
):
    monkeypatch.delenv("LISTREC_DATA", raising=False)
    assert _run(monkeypatch, module, *arguments) == 2
    assert "set LISTREC_DATA" in capsys.readouterr().err
