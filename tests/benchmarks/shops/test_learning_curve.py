import itertools

import pytest

from benchmarks.shared.folds import read_source
from benchmarks.shared.results import OURS, Run
from benchmarks.shops.jobs import Job
from benchmarks.shops.learning_curve import SHARES, measure
from benchmarks.shops.learning_curve_report import (
    ROWS,
    collect,
    curves,
    page_section,
    plot,
)
from benchmarks.shops.shop_file import Shop

RUN = Run("shops-curve", "x.toml", "2026-11-29", "abc1234", "3.11.7", "python -m x")
JOB = Job(Shop("kestrel", "a.tsv"), 0, OURS, "category")


@pytest.mark.slow
def test_a_larger_share_of_the_rows_is_learned_from(tmp_path):
    rows = read_source("synthetic", tmp_path / "all", rows=400)
    figures = measure(JOB, rows, tmp_path)

    assert list(figures) == [str(share) for share in SHARES]
    counts = [metrics[ROWS] for metrics in figures.values()]
    assert all(less < more for less, more in itertools.pairwise(counts))
    assert figures["1.0"]["top1"] > figures["0.125"]["top1"]


def test_a_curve_is_in_the_order_of_its_rows_and_drawn(tmp_path):
    outputs = {
        JOB: {
            "1.0": {"top1": 0.6, ROWS: 4000},
            "0.5": {"top1": 0.5, ROWS: 2000},
        }
    }
    results = collect(outputs, RUN)
    assert curves(results) == {("category top1", "kestrel"): [(2000, 0.5), (4000, 0.6)]}

    text = page_section(RUN, results, picture="curve.svg")
    assert "| category top1 | kestrel | 2,000: 0.500 | 4,000: 0.600 |" in text
    assert "![Learning curves](curve.svg)" in text
    assert plot(results, tmp_path / "curve.svg")
    assert not plot(collect({}, RUN), tmp_path / "none.svg")
