import math

import pytest

from benchmarks.shared.results import OURS, Results, Run, repeated_result
from benchmarks.shops.plot import plot
from benchmarks.shops.report import page_section
from benchmarks.shops.standing import compare, mean_ranks

RUN = Run("shops", "shops.toml", "2026-11-29", "abc1234", "3.11.7", "python -m x")

FIGURES = {
    ("kestrel", OURS, "price r2"): (0.60, 0.70, 0.66),
    ("kestrel", "LightGBM", "price r2"): (0.50, 0.61, 0.55),
    ("kestrel", "tf-idf + linear", "price r2"): (0.40, 0.50, 0.45),
    ("kestrel", OURS, "category top1"): (0.80, 0.82, 0.81),
    ("kestrel", "tf-idf + linear", "category top1"): (0.90, 0.91, 0.93),
    ("marlin", OURS, "brand precision_at_60"): (0.9, math.nan, 0.9),
    ("marlin", "fastText", "brand precision_at_60"): (math.nan, math.nan, math.nan),
    ("marlin", OURS, "price coverage"): (0.78, 0.80, 0.82),
    ("marlin", OURS, "category top1"): (0.8, 0.8, 0.8),
    ("marlin", OURS, "category text_alone_top1"): (0.7, 0.7, 0.7),
    ("marlin", OURS, "category photo_alone_top1"): (0.5, 0.6, 0.7),
}


@pytest.fixture
def results():
    return Results(
        [
            repeated_result(RUN, name, metric, dict(enumerate(values)), variant=shop)
            for (shop, name, metric), values in FIGURES.items()
        ]
    )


def test_ours_is_compared_with_the_best_peer_of_each_metric(results):
    category, price = compare(results, ["kestrel"])
    assert (price.best, price.is_level, price.is_ahead) == ("LightGBM", True, True)
    assert price.gain.mean == pytest.approx(0.1)
    assert (category.is_level, category.is_ahead) == (False, False)


def test_a_precision_that_was_not_reached_counts_as_zero(results):
    (precision,) = compare(results, ["marlin"])
    assert precision.gain.mean == pytest.approx(0.6)
    assert precision.is_level


def test_the_mean_rank_is_over_the_metrics_that_a_contestant_answers(results):
    ranks = mean_ranks(results, ["kestrel"])
    assert ranks[OURS] == (1.5, 2)
    assert ranks["LightGBM"] == (2.0, 1)
    assert ranks["tf-idf + linear"] == (2.0, 2)


def test_the_page_counts_the_goals_and_names_what_is_behind(results):
    text = page_section(RUN, results, plot="shops.svg")
    assert "behind: 2 of 3 metrics" in text
    assert "kestrel category top1 (-0.103 ± 0.009, tf-idf + linear)" in text
    assert "### kestrel" in text
    assert "| marlin | 0.800 ± 0.012 |" in text
    assert "0.100 ± 0.000 | 0.200 ± 0.058 |" in text
    assert "![Differences from the best peer](shops.svg)" in text


def test_the_plot_is_drawn_where_there_is_something_to_compare(results, tmp_path):
    assert plot(results, tmp_path / "shops.svg")
    assert (tmp_path / "shops.svg").read_text().startswith("<?xml")
    assert not plot(Results(), tmp_path / "none.svg")
