import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import calibration, metrics


def _boastful(seed, rows=4000):
    """Probabilities of a model that is right less often than it says, and whether it was."""
    random = np.random.default_rng(seed)
    truth = random.uniform(0.05, 0.95, rows)
    odds = 3 * np.log(truth / (1 - truth)) + 1
    return (1 / (1 + np.exp(-odds))).astype(np.float32), random.random(rows) < truth


def test_a_boastful_model_is_repaired_on_rows_it_was_not_fitted_on():
    beta = calibration.fit_beta(*_boastful(1))
    said, hits = _boastful(2)
    before = metrics.expected_calibration_error(hits, said)
    after = metrics.expected_calibration_error(hits, calibration.apply_beta(said, beta))
    assert before > 0.1
    assert after < before / 4


def test_an_honest_model_is_left_as_it_is():
    random = np.random.default_rng(0)
    said = random.random(4000).astype(np.float32)
    beta = calibration.fit_beta(said, random.random(4000) < said)
    np.testing.assert_allclose(calibration.apply_beta(said, beta), said, atol=0.05)


def test_a_few_rows_change_little():
    said = np.array([0.9, 0.8], np.float32)
    beta = calibration.fit_beta(said, np.array([False, False]))
    assert calibration.apply_beta(said, beta)[0] > 0.4


def test_without_any_row_nothing_changes():
    beta = calibration.fit_beta(np.zeros(0, np.float32), np.zeros(0, bool))
    assert beta == calibration.IDENTITY


@given(
    st.lists(st.floats(0, 1, width=32), min_size=2, max_size=20),
    st.tuples(st.floats(0.001, 10), st.floats(0.001, 10), st.floats(-5, 5)),
)
@settings(max_examples=50)
def test_calibration_keeps_the_order_and_stays_a_probability(said, beta):
    ordered = np.sort(np.array(said, np.float32))
    found = calibration.apply_beta(ordered, beta)
    assert np.isfinite(found).all()
    assert np.all((found >= 0) & (found <= 1))
    assert np.all(np.diff(found) >= -1e-6)


@pytest.mark.parametrize("level", [0.05, 0.1, 0.5, 0.9, 0.95])
def test_a_shifted_quantile_covers_its_level_on_new_rows(level):
    random = np.random.default_rng(3)
    covered = []
    for _ in range(300):
        residuals = random.gumbel(size=600)
        shift = calibration.conformal_shift(residuals[:100], np.zeros(100), level)
        covered.append(np.mean(residuals[100:] <= shift))
    outwards = np.sign(level - 0.5) * (np.mean(covered) - level)
    assert np.mean(covered) == pytest.approx(level, abs=0.015)
    assert level == 0.5 or outwards > -0.005


def test_a_constant_error_is_taken_back():
    predicted = np.arange(50.0)
    assert calibration.conformal_shift(predicted + 2, predicted, 0.9) == 2


def test_without_rows_nothing_is_shifted():
    assert calibration.conformal_shift(np.zeros(0), np.zeros(0), 0.9) == 0
