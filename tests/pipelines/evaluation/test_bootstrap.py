import numpy as np
import pytest

from common import metrics
from pipelines.evaluation import bootstrap

RNG = np.random.default_rng(3)
VALUES = RNG.normal(size=400)
TRUTH = (RNG.random(400) < 0.4).astype(float)
SCORES = np.round(TRUTH * 0.3 + RNG.random(400), 1)  # with ties
COUNTS = RNG.integers(0, 4, size=(5, 400))


def test_weights_count_rows_as_if_they_were_there_so_often():
    for counts in COUNTS:
        weights = counts[None].astype(float)
        repeated = np.repeat(VALUES, counts)
        assert metrics.mean(VALUES, weights)[0] == pytest.approx(repeated.mean())
        assert metrics.median(VALUES, weights)[0] == pytest.approx(np.median(repeated))
        wanted = metrics.auc(np.repeat(TRUTH, counts), np.repeat(SCORES, counts))
        assert metrics.auc(TRUTH, SCORES, weights)[0] == pytest.approx(wanted)


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide_on_either_side():
    draws = bootstrap.resample([lambda weights: metrics.mean(VALUES, weights)], 400)

    low, high = bootstrap.interval(draws[0])
    error = VALUES.std() / 20
    assert low == pytest.approx(VALUES.mean() - 1.96 * error, abs=0.25 * error)
    assert high == pytest.approx(VALUES.mean() + 1.96 * error, abs=0.25 * error)


def test_an_interval_holds_about_as_often_as_it_says():
    n_covered = 0
    for seed in range(200):
        drawn = np.random.default_rng(seed).normal(size=80)
        draws = bootstrap.resample(
            [lambda weights, x=drawn: metrics.mean(x, weights)], 80, seed
        )
        low, high = bootstrap.interval(draws[0])
        n_covered += low <= 0 <= high

    assert 0.89 <= n_covered / 200 <= 0.99


def test_every_statistic_sees_the_same_draws_and_a_seed_repeats_them(monkeypatch):
    statistics = [lambda weights: metrics.mean(VALUES, weights)] * 2
    first = bootstrap.resample(statistics, 400, seed=1)
    monkeypatch.setattr(bootstrap, "_BATCH_CELLS", 1600)  # many small batches of draws

    assert (first[0] == first[1]).all()
    assert np.allclose(first, bootstrap.resample(statistics, 400, seed=1))
    assert not np.allclose(first, bootstrap.resample(statistics, 400, seed=2))


def test_a_figure_that_many_draws_lack_has_no_interval():
    assert np.isnan(bootstrap.interval(np.full(100, np.nan))).all()
    assert np.isnan(bootstrap.interval(np.r_[np.full(20, np.nan), np.zeros(80)])).all()
