import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import calibration, metrics


def _overconfident(seed, rows=4000):
    """Probabilities of an overconfident model, and its hits."""
    random = np.random.default_rng(seed)
    truth = random.uniform(0.05, 0.95, rows)
    odds = 3 * np.log(truth / (1 - truth)) + 1
    return (1 / (1 + np.exp(-odds))).astype(np.float32), random.random(rows) < truth


def test_an_overconfident_model_is_calibrated_on_other_rows():
    beta = calibration.fit_beta(*_overconfident(1))
    probabilities, hits = _overconfident(2)
    before = metrics.expected_calibration_error(hits, probabilities)
    after = metrics.expected_calibration_error(
        hits, calibration.apply_beta(probabilities, beta)
    )
    assert before > 0.1
    assert after < before / 4


def test_a_calibrated_model_is_left_as_it_is():
    random = np.random.default_rng(0)
    probabilities = random.random(4000).astype(np.float32)
    beta = calibration.fit_beta(probabilities, random.random(4000) < probabilities)
    np.testing.assert_allclose(
        calibration.apply_beta(probabilities, beta), probabilities, atol=0.05
    )


def test_a_few_rows_change_little():
    probabilities = np.array([0.9, 0.8], np.float32)
    beta = calibration.fit_beta(probabilities, np.array([False, False]))
    assert calibration.apply_beta(probabilities, beta)[0] > 0.4


def test_without_any_row_nothing_changes():
    beta = calibration.fit_beta(np.zeros(0, np.float32), np.zeros(0, bool))
    assert beta == calibration.IDENTITY


@given(
    st.lists(st.floats(0, 1, width=32), min_size=2, max_size=20),
    st.tuples(st.floats(0.001, 10), st.floats(0.001, 10), st.floats(-5, 5)),
)
@settings(max_examples=50)
def test_calibration_keeps_the_order_and_stays_a_probability(probabilities, beta):
    ordered = np.sort(np.array(probabilities, np.float32))
    calibrated = calibration.apply_beta(ordered, beta)
    assert np.isfinite(calibrated).all()
    assert np.all((calibrated >= 0) & (calibrated <= 1))
    assert np.all(np.diff(calibrated) >= -1e-6)


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
