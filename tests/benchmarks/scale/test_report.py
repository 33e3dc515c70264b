import pytest

from benchmarks.scale import report
from benchmarks.scale.stages import HEADLINES, STAGES, TRAINED
from benchmarks.shared.result_files import read_results, write_results
from benchmarks.shared.results import Run


def _figures(stage, seconds, gib):
    """Figures of a stage, as its file holds them."""
    own = {"rows": 1.0, "artifact_bytes": 1e6, "rows_per_second": 5000.0}
    own |= {
        f"{name} {metric}": 0.5
        for name, metrics in HEADLINES.items()
        for metric in metrics
    }
    usage = {
        "seconds": seconds,
        "processor_seconds": seconds,
        "peak_bytes": gib * 2**30,
    }
    return {"commit": "abc", **usage, **own}


def _sizes(seconds, gib=1.0):
    """Every stage at two sizes, with the seconds of each size."""
    return {
        rows: {stage: _figures(stage, seconds_of_size, gib) for stage in STAGES}
        for rows, seconds_of_size in zip((10_000, 1_000_000), seconds, strict=True)
    }


def test_what_grows_as_n_log_n_has_a_growth_of_one():
    lines = report.tables(_sizes((1.0, 150.0)))
    assert "| ingest | 1,000,000 | 150.0 | 150.0 | 1.00 | 1.00 |" in lines
    assert any(
        line.startswith("| everything trained | 1,000,000 | 600.0") for line in lines
    )


@pytest.mark.parametrize(
    ("seconds", "gib", "missed"), [(10, 1, 0), (1000, 1, 1), (10, 13, 2)]
)
def test_goals_that_are_missed_are_named(seconds, gib, missed):
    assert len(report.missed_goals(_sizes((1.0, seconds), gib))) == missed


def test_stages_that_were_not_run_are_left_out():
    sizes = {
        rows: {"ingest": stages["ingest"]} for rows, stages in _sizes((1, 2)).items()
    }
    text = "\n".join(report.tables(sizes))
    assert "ingest" in text
    assert not any(f"| {stage} |" in text for stage in TRAINED)


def test_text_figures_and_plot_are_written(tmp_path):
    sizes = _sizes((1.0, 100.0))
    run = Run("scale", "synthetic", "2026-11-26", "abc", "3.11", "make bench-scale")
    write_results(tmp_path / "scale.json", run, report.collect(sizes, run))
    run, results = read_results(tmp_path / "scale.json")
    assert report.figures_by_size(results).keys() == {10000, 1000000}
    assert "scale.svg" in report.page(run, results, "scale.svg")
    report.plot(report.figures_by_size(results), tmp_path / "scale.svg")
    assert (tmp_path / "scale.svg").read_text().startswith("<?xml")
