import numpy as np
import pytest

from common.calibration import IDENTITY
from common.nets.label_encoding import (
    ancestor_matrix,
    encode,
    fit_classes,
    rank_candidates,
)

BETAS = np.array([IDENTITY], np.float32)


def test_classes_are_the_labels_most_frequent_first():
    labels = ["b", "a", None, "c", "c", "a", "d"]
    assert fit_classes(labels) == ["a", "c", "b", "d"]
    assert fit_classes(labels, min_rows=2) == ["a", "c"]


def test_labels_become_class_numbers_and_new_ones_lie_beyond():
    numbers = encode(["b", None, "new", "a"], ["a", "b"])
    np.testing.assert_array_equal(numbers, [1, np.nan, 2, 0])
    np.testing.assert_array_equal(encode(["new"], ["a"], other=np.nan), [np.nan])


def _values(ranked):
    return [candidate.value for candidate in ranked]


def test_the_most_probable_are_ranked_best_first():
    probabilities = np.array([0.1, 0.4, 0.2, 0.3], np.float32)
    [ranked] = rank_candidates(probabilities[None], BETAS, list("abcd"), count=3)
    assert _values(ranked) == ["b", "d", "c"]
    assert [candidate.probability for candidate in ranked] == pytest.approx(
        [0.4, 0.3, 0.2]
    )


def test_all_are_ranked_when_there_are_fewer():
    [ranked] = rank_candidates(np.array([[0.5, 0.5]], np.float32), BETAS, ["a", "b"])
    assert len(ranked) == 2


def test_each_row_is_ranked_and_calibrated_by_itself():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]], np.float32)
    betas = np.array([[1, 1, 0], [1, 1, -1]], np.float32)
    unchanged, lowered = rank_candidates(probabilities, betas, list("abc"))
    assert _values(unchanged) == list("abc")
    assert _values(lowered) == list("cba")
    assert unchanged[0].probability == pytest.approx(0.7)
    assert lowered[0].probability < 0.5


def test_calibrated_probabilities_sum_to_at_most_1():
    probabilities = np.array([[0.5, 0.3, 0.2]] * 2, np.float32)
    betas = np.array([[1, 1, -1], [1, 1, 5]], np.float32)
    lowered, raised = rank_candidates(probabilities, betas, list("abc"))
    assert sum(candidate.probability for candidate in lowered) < 0.7
    assert sum(candidate.probability for candidate in raised) == pytest.approx(1)
    assert _values(lowered) == _values(raised) == list("abc")


def test_the_more_frequent_of_equal_classes_comes_first():
    [ranked] = rank_candidates(
        np.full((1, 4), 0.25, np.float32), BETAS, list("abcd"), count=2
    )
    assert _values(ranked) == ["a", "b"]


def test_ancestors_are_the_levels_above():
    groups = ancestor_matrix(["A/B/C", "A/B/D", "A/E", "F"])
    assert groups.tolist() == [[1, 1], [1, 1], [1, 0], [0, 0]]
