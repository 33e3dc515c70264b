from typing import Any

import numpy as np

from benchmarks.quality.collect import collect, cost_results
from benchmarks.quality.cost import Cost
from benchmarks.quality.jobs import MARKET, Job
from benchmarks.quality.learning_curves import LEARNED_ROWS, curve, curve_jobs, plot
from benchmarks.quality.report import page_section, tables
from benchmarks.shared.comparison import gains, ranked_peers
from benchmarks.shared.intervals import Intervals
from benchmarks.shared.results import Results, Run, repeated_result

RUN = Run("quality", "train.tsv", "2026-11-26", "abc", "3.11", "command")


def _output(contestant, fold):
    """The output of a job: one contestant on one fold."""
    figures = {
        "ours": {
            "price r2": (0.5, 0.6),
            "all artifacts, MB": (10.0, 11.0),
            "price seconds to train": (8.0, 9.0),
        },
        "LightGBM": {"price r2": (0.1, 0.2)},
        "four networks": {"price r2": (0.4, 0.4)},
    }[contestant]
    output: dict[str, Any] = {
        "figures": {metric: values[fold] for metric, values in figures.items()}
    }
    if contestant == "ours":
        ones, truth = np.ones(4), np.array([-0.5, 0.0, 0.2, 0.5])
        intervals = Intervals(truth, 0 * ones, -ones, ones, ("A",) * 4).to_json()
        output["intervals"] = {"cold": intervals, "warm": intervals}
    return output


def _results():
    names = ("LightGBM", "four networks", "ours")
    jobs = [Job("train", fold, name) for fold in (0, 1) for name in names]
    return collect({job: _output(job.contestant, job.number) for job in jobs}, RUN)


def test_we_are_held_against_the_best_peer_fold_by_fold():
    results = _results()
    assert ranked_peers(results, "price r2") == ["four networks", "LightGBM"]
    np.testing.assert_allclose(gains(results, "price r2", "four networks"), [0.1, 0.2])


def test_every_figure_has_its_place_in_the_tables():
    lines = tables(_results())
    assert (
        "| price r2 | 0.550 ± 0.050 | 0.400 ± 0.000 | 0.150 ± 0.050"
        " | 0.150 ± 0.050 (four networks) |" in lines
    )
    assert any(line.startswith("| all artifacts, MB | 10.5") for line in lines)
    assert any(line.startswith("| price, seconds to train | 8 |") for line in lines)
    assert "| all | 8 | 1.000 | 1.000 | 0.141 |" in lines


def test_the_section_says_when_and_how_it_was_measured():
    text = page_section(RUN, _results(), [], plot="curves.svg")
    assert text.startswith(
        "# Quality on train.tsv\n\nMeasured on 2026-11-26 at commit abc"
    )
    assert "\n- Cross-validation is grouped" in text
    assert text.endswith("![Learning curves](curves.svg)")
    assert max(len(line) for line in text.splitlines()) < 600


def test_results_of_jobs_are_sorted_by_variant_contestant_and_fold():
    stated = {
        "truth": [1.0],
        "median": [1.0],
        "low": [0.5],
        "high": [2.0],
        "roots": ["A"],
    }
    results = collect({
        Job("train", 1, "LightGBM"): {"figures": {"price r2": 0.3}},
        Job("train", 1, "ours"): {"figures": {"price r2": 0.5}, "intervals": {"cold": stated}},
        Job("train", 0, "ours"): {"figures": {"price r2": 0.4}},
        Job(MARKET, 0, "ours"): {"figures": {"rules": {"parcel_size gap": 0.01}}},
    }, RUN)  # fmt: skip
    assert results.values("price r2") == [0.4, 0.5]
    assert results.contestants("price r2") == ["ours", "LightGBM"]
    assert results.values("parcel_size gap", variant="rules") == [0.01]
    coverage = results.get("price interval coverage cold")
    assert coverage is not None
    assert (coverage.value, coverage.n_rows) == (1.0, 1)


def test_intervals_are_the_same_after_a_round_trip():
    stated = {
        "truth": [1.0],
        "median": [1.0],
        "low": [0.5],
        "high": [2.0],
        "roots": ["A"],
    }
    assert Intervals.from_json(stated).roots == ("A",)
    assert Intervals.from_json(stated).to_json() == stated


def test_costs_become_results_with_quartiles():
    (item,) = cost_results({"all artifacts, MB": Cost(5.0, 4.0, 6.0)}, RUN)
    assert (item.value, item.quartiles, item.unit) == (5.0, (4.0, 6.0), "megabytes")


def test_learning_curves_are_those_of_ours_and_of_the_best_peer(tmp_path):
    results = _results()
    assert curve_jobs(results, [0, 1, 2])[-1] == Job(
        "half", 1, "four networks", ("price",)
    )
    more = [
        repeated_result(RUN, "ours", metric, {0: value, 1: value}, variant=variant)
        for variant, rows, score in (("quarter", 100.0, 0.2), ("half", 200.0, 0.3))
        for metric, value in (
            (LEARNED_ROWS, rows),
            ("price r2", score),
            ("category top1", score),
        )
    ]
    learned = {0: 400.0, 1: 400.0, 2: 400.0}
    whole = repeated_result(RUN, "ours", LEARNED_ROWS, learned, variant="train")
    results = Results([*results, *more, whole])
    assert curve(results, "price r2", "ours") == (
        [100.0, 200.0, 400.0],
        [0.2, 0.3, 0.55],
    )
    assert plot(results, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text().startswith("<?xml")
