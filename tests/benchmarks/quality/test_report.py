import numpy as np

from benchmarks.quality.intervals import Stated
from benchmarks.quality.jobs import MARKET, Job
from benchmarks.quality.learning_curves import LEARNED, curve, curve_jobs, plot
from benchmarks.quality.report import tables
from benchmarks.quality.results import Results, gather


def _found():
    found = Results()
    for who, metric, values in (
        ("ours", "price r2", [0.5, 0.6]),
        ("ours", "all artifacts, MB", [10.0, 11.0]),
        ("ours", "price seconds to train", [8.0, 9.0]),
        ("LightGBM", "price r2", [0.1, 0.2]),
        ("four networks", "price r2", [0.4, 0.4]),
    ):
        found.figures["train", who, metric] = dict(enumerate(values))
    ones, truth = np.ones(4), np.array([-0.5, 0.0, 0.2, 0.5])
    stated = Stated(truth, 0 * ones, -ones, ones, ("A",) * 4)
    for kind in ("cold", "warm"):
        found.intervals[kind] += [stated, stated]
    return found


def test_we_are_held_against_the_best_peer_fold_by_fold():
    found = _found()
    assert found.peers("price r2") == ["four networks", "LightGBM"]
    np.testing.assert_allclose(found.gaps("price r2", "four networks"), [0.1, 0.2])


def test_every_figure_has_its_place_in_the_tables():
    lines = tables(_found())
    assert (
        "| price r2 | 0.550 ± 0.050 | 0.400 ± 0.000 | 0.150 ± 0.050"
        " | 0.150 ± 0.050 (four networks) |" in lines
    )
    assert any(line.startswith("| all artifacts, MB | 10.5") for line in lines)
    assert any(line.startswith("| price, seconds to train | 8 |") for line in lines)
    assert "| all | 8 | 1.000 | 1.000 | 0.141 |" in lines


def test_results_of_jobs_are_sorted_by_variant_contestant_and_fold():
    stated = {"truth": [1.0], "median": [1.0], "low": [0.5], "high": [2.0], "roots": ["A"]}
    found = gather({
        Job("train", 1, "LightGBM"): {"figures": {"price r2": 0.3}},
        Job("train", 1, "ours"): {"figures": {"price r2": 0.5}, "intervals": {"cold": stated}},
        Job("train", 0, "ours"): {"figures": {"price r2": 0.4}},
        Job(MARKET, 0, "ours"): {"figures": {"rules": {"parcel_size gap": 0.01}}},
    })  # fmt: skip
    assert found.values("price r2") == [0.4, 0.5]
    assert found.contestants("price r2") == ["ours", "LightGBM"]
    assert found.market["rules", "parcel_size gap"] == [0.01]
    assert found.intervals["cold"][0].roots == ("A",)


def test_learning_curves_are_those_of_ours_and_of_the_best_peer(tmp_path):
    found = _found()
    assert curve_jobs(found, [0, 1, 2])[-1] == Job("half", 1, "four networks", ("price",))
    for variant, rows, value in (("quarter", 100.0, 0.2), ("half", 200.0, 0.3)):
        found.figures[variant, "ours", LEARNED] = {0: rows, 1: rows}
        found.figures[variant, "ours", "price r2"] = {0: value, 1: value}
        found.figures[variant, "ours", "category top1"] = {0: value, 1: value}
    found.figures["train", "ours", LEARNED] = {0: 400.0, 1: 400.0, 2: 400.0}
    assert curve(found, "price r2", "ours") == ([100.0, 200.0, 400.0], [0.2, 0.3, 0.55])
    assert plot(found, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text().startswith("<?xml")
