import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.price.bins import Bins, fit_bins

BINS = Bins(0.0, 10.0, 11)


def test_positions_count_centres():
    np.testing.assert_allclose(
        BINS.positions(np.array([0.0, 2.5, 10.0, -3, 99])), [0, 2.5, 10, 0, 10]
    )
    assert np.isnan(BINS.positions(np.array([np.nan]))).all()


def test_the_mean_lies_at_the_centre_of_a_certain_bin():
    certain = np.eye(11, dtype=np.float32)
    np.testing.assert_allclose(BINS.mean(certain), np.arange(11), atol=1e-6)


def test_quantiles_of_an_even_distribution_are_those_of_the_line():
    even = np.full((1, 11), 1 / 11, np.float32)
    levels = (0.1, 0.25, 0.5, 0.9)
    np.testing.assert_allclose(
        BINS.quantiles(even, levels)[0], -0.5 + 11 * np.array(levels), atol=1e-5
    )


def test_quantiles_of_a_certain_bin_lie_within_it():
    certain = np.eye(11, dtype=np.float32)[[4]]
    np.testing.assert_allclose(BINS.quantiles(certain, (0.1, 0.5, 0.9)), [[3.6, 4, 4.4]], atol=1e-6)


def test_quantiles_of_a_bell_are_near_the_true_ones():
    random = np.random.default_rng(0)
    logs = random.normal(5, 1, 100_000)
    places = BINS.positions(logs)
    low = np.minimum(places.astype(int), 9)
    shares = np.bincount(low, 1 - (places - low), 11) + np.bincount(low + 1, places - low, 11)
    found = BINS.quantiles((shares / shares.sum()).astype(np.float32)[None], (0.1, 0.5, 0.9))[0]
    np.testing.assert_allclose(found, np.quantile(logs, (0.1, 0.5, 0.9)), atol=0.15)


@given(st.lists(st.floats(0.0625, 1, width=32), min_size=11, max_size=11))
def test_quantiles_rise_with_their_level(weights):
    probabilities = np.array([weights], np.float32) / np.float32(sum(weights))
    found = BINS.quantiles(probabilities, np.linspace(0.01, 0.99, 25))[0]
    assert np.isfinite(found).all()
    assert np.all(np.diff(found) >= 0)
    assert -0.5 <= found[0] <= found[-1] <= 10.5


def test_bins_cover_all_but_the_most_extreme_prices():
    logs = np.append(np.linspace(1, 5, 10_000), 50.0)
    bins = fit_bins(logs, 9)
    assert (bins.low, bins.high) == (pytest.approx(1, abs=0.02), pytest.approx(5, abs=0.02))
    assert bins.size == 9


def test_a_single_price_still_has_bins():
    bins = fit_bins(np.full(10, 3.0), 5)
    assert bins.step > 0
    assert np.isfinite(bins.quantiles(np.full((1, 5), 0.2, np.float32), (0.1, 0.9))).all()
