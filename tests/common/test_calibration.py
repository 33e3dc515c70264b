import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import calibration, metrics
from common.calibration import finish_probabilities, state_probabilities


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


@given(st.lists(st.floats(-0.5, 1.5), max_size=6))
def test_finished_probabilities_sum_to_at_most_one(values):
    finished = finish_probabilities(values)
    assert all(0 <= probability <= 1 for probability in finished)
    assert sum(finished) <= 1


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_sums_of_shares_in_32_bits_are_legal_in_64(n_classes, seed):
    shares = np.random.default_rng(seed).random((50, n_classes), dtype=np.float32)
    shares /= shares.sum(axis=1, keepdims=True)
    finished = [finish_probabilities(row) for row in shares.tolist()]
    assert all(sum(row) <= 1 for row in finished)
    np.testing.assert_allclose(finished, shares, rtol=1e-6)


def test_what_is_legal_stays_as_it_is():
    for legal in ([0.5, 0.25, 0.25], [0.1, 0.0, 0.0], []):
        assert finish_probabilities(legal) == legal


@given(
    st.lists(st.floats(0, 0.2), max_size=5),
    st.tuples(st.floats(0.001, 9), st.floats(0.001, 9), st.floats(-5, 5)),
)
def test_a_few_probabilities_are_calibrated_as_arrays_are(probabilities, beta):
    stated = state_probabilities(probabilities, beta)
    calibrated = calibration.apply_beta(np.array(probabilities), beta)
    expected = finish_probabilities(calibrated.tolist())
    np.testing.assert_allclose(stated, expected, rtol=1e-5, atol=1e-9)
