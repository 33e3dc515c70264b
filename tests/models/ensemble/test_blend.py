import numpy as np
import pytest

from common import metrics
from common.nets.label_encoding import rank_candidates
from models.ensemble import blend
from models.ensemble.blend import Blend, PoolWeights

CLASSES = list("abcd")


@pytest.fixture
def world():
    """Scores of an informative and of an uninformative member, and the true classes."""
    random = np.random.default_rng(0)
    truth = random.integers(0, 4, 1500)
    informative = random.normal(size=(1500, 4)) + 2.0 * np.eye(4)[truth]
    uninformative = random.normal(size=(1500, 4))
    scores = [informative.astype(np.float32), uninformative.astype(np.float32)]
    return scores, truth.astype(np.float64)


def _ranked(scores, pool):
    pooled = blend.log_linear_pool(scores, np.array(pool.weights, np.float32))
    return rank_candidates(
        pooled, np.tile(np.float32(pool.beta), (len(pooled), 1)), CLASSES
    )


def _hits(ranked, truth):
    names = [CLASSES[int(number)] for number in truth]
    return [row[0].value == name for row, name in zip(ranked, names, strict=True)]


def test_the_informative_member_is_preferred_over_the_uninformative_one(world):
    informative, uninformative = blend.fit_class_weights(*world).weights
    assert informative > 1
    assert uninformative < 0.1 * informative


def test_weights_belong_to_members_by_index(world):
    scores, truth = world
    assert blend.fit_class_weights(scores, truth).weights == pytest.approx(
        blend.fit_class_weights(scores[::-1], truth).weights[::-1], abs=1e-2
    )


def test_an_overconfident_member_is_calibrated(world):
    scores, truth = world
    pool = blend.fit_class_weights([5 * scores[0]], truth)
    ranked = _ranked([5 * scores[0]], pool)
    hits = _hits(ranked, truth)
    confidences = [row[0].probability for row in ranked]
    assert metrics.expected_calibration_error(hits, confidences) < 0.04
    raw = blend.log_linear_pool([5 * scores[0]], np.ones(1, np.float32)).max(axis=1)
    assert metrics.expected_calibration_error(hits, raw) > 0.08


def test_probabilities_are_calibrated_on_other_rows(world):
    scores, truth = world
    pool = blend.fit_class_weights([member[:1000] for member in scores], truth[:1000])
    ranked = _ranked([member[1000:] for member in scores], pool)
    hits = _hits(ranked, truth[1000:])
    confidences = [row[0].probability for row in ranked]
    assert np.mean(confidences) == pytest.approx(np.mean(hits), abs=0.05)


def test_without_labels_members_weigh_the_same(world):
    scores, truth = world
    pool = blend.fit_class_weights(scores, np.full(len(truth), np.nan))
    assert pool.weights == (0.5, 0.5)
    assert blend.fit_value_weights(
        [truth, truth], np.full(len(truth), np.nan)
    ).weights == (
        0.5,
        0.5,
    )


def test_a_few_labels_move_weights_only_a_little(world):
    scores, truth = world
    few = np.where(np.arange(len(truth)) < 3, truth, np.nan)
    assert blend.fit_class_weights(scores, few).weights == pytest.approx(
        (0.5, 0.5), abs=0.2
    )


def test_classes_never_seen_in_training_lower_the_stated_sum(world):
    scores, truth = world
    # Half is none of the classes.
    unseen = np.where(np.arange(len(truth)) % 2 == 0, 4.0, truth)
    sums = [
        np.mean(
            [
                sum(candidate.probability for candidate in row)
                for row in _ranked(scores, pool)
            ]
        )
        for pool in (
            blend.fit_class_weights(scores, truth),
            blend.fit_class_weights(scores, unseen),
        )
    ]
    assert sums[0] == pytest.approx(1, abs=0.05)
    assert sums[1] == pytest.approx(0.5, abs=0.07)


def test_values_are_weighed_with_their_offset():
    random = np.random.default_rng(0)
    truth = random.normal(size=5000)
    pool = blend.fit_value_weights([truth * 0.8 - 0.4, random.normal(size=5000)], truth)
    assert pool.weights == pytest.approx((1.25, 0), abs=0.03)
    assert pool.constant == pytest.approx(0.5, abs=0.03)
    members = [np.array([0.4, -0.4], np.float32), np.zeros(2, np.float32)]
    weights = np.tile(np.float32(pool.weights), (2, 1))
    blended = blend.weighted_sum(
        members, weights, np.full(2, pool.constant, np.float32)
    )
    np.testing.assert_allclose(blended, [1, 0], atol=0.05)


def test_weights_are_never_negative(world):
    scores, truth = world
    assert blend.fit_class_weights([scores[0], -scores[0]], truth).weights[1] == 0
    assert 0 <= blend.fit_value_weights([truth, -truth], truth).weights[1] < 0.01


def test_a_pool_is_a_distribution_however_large_the_scores():
    scores = [np.array([[1e4, -1e4, 0.0], [0, 0, 0]], np.float32)]
    pooled = blend.log_linear_pool(scores, np.ones(1, np.float32))
    np.testing.assert_allclose(pooled, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])


def test_every_row_may_have_its_own_weights():
    members = [
        np.array([[3, 0], [3, 0]], np.float32),
        np.array([[0, 3], [0, 3]], np.float32),
    ]
    pooled = blend.log_linear_pool(members, np.array([[1, 0], [0, 1]], np.float32))
    np.testing.assert_array_equal(pooled.argmax(axis=1), [0, 1])


def test_between_early_and_full_context_a_row_is_blended_by_its_completeness():
    early, full = (
        PoolWeights((1.0, 0.0), 2.0, (1.0, 1.0, 0.0)),
        PoolWeights((0.0, 3.0), 4.0, (2.0, 1.0, -1.0)),
    )
    rows = Blend((early,), (full,)).row_weights(
        np.zeros(3, int), np.array([0, 0.5, 1], np.float32)
    )
    np.testing.assert_allclose(rows.weights, [[1, 0], [0.5, 1.5], [0, 3]])
    np.testing.assert_allclose(rows.constants, [2, 3, 4])
    np.testing.assert_allclose(rows.betas[1], [1.5, 1, -0.5])


def test_a_row_is_blended_with_the_pool_of_its_mode():
    pools = tuple(PoolWeights((weight,), constant=weight) for weight in (1.0, 2.0, 3.0))
    rows = Blend(pools, pools).row_weights(np.array([2, 0, 1]), np.zeros(3, np.float32))
    np.testing.assert_array_equal(rows.weights, [[3], [1], [2]])
    np.testing.assert_array_equal(rows.constants, [3, 1, 2])
