import math

import numpy as np
import pytest

from common import metrics
from common.metrics import Threshold


def test_rmsle_is_the_error_of_logarithms():
    assert metrics.rmsle([10, 20], [10, 20]) == 0
    assert metrics.rmsle([math.e - 1], [0]) == pytest.approx(1)


def test_r2_is_one_for_the_truth_and_zero_for_the_mean():
    truth = np.expm1([1.0, 2.0, 3.0])
    assert metrics.r2_log1p(truth, truth) == pytest.approx(1)
    assert metrics.r2_log1p(truth, np.expm1([2.0, 2.0, 2.0])) == pytest.approx(0)


def test_coverage_counts_the_bounds():
    assert metrics.coverage([1, 2, 3, 4], [1, 0, 0, 0], [9, 2, 2, 9]) == 0.75


def test_the_truth_counts_anywhere_among_the_first():
    ranked = [["a", "b"], ["b", "a"], []]
    assert metrics.top_k_accuracy(["a", "a", "a"], ranked, 1) == pytest.approx(1 / 3)
    assert metrics.top_k_accuracy(["a", "a", "a"], ranked, 2) == pytest.approx(2 / 3)
    assert math.isnan(metrics.top_k_accuracy([], [], 1))


def test_auc_is_the_share_of_pairs_in_order_and_ties_count_half():
    truth, score = [1, 1, 0, 0, 0], [0.9, 0.4, 0.4, 0.1, 0.95]
    pairs = [(0.9, 0.4), (0.9, 0.1), (0.9, 0.95), (0.4, 0.4), (0.4, 0.1), (0.4, 0.95)]
    by_hand = sum((good > bad) + 0.5 * (good == bad) for good, bad in pairs) / len(
        pairs
    )
    assert metrics.auc(truth, score) == pytest.approx(by_hand)
    assert math.isnan(metrics.auc([1, 1], [0.1, 0.2]))


def test_calibration_error_is_the_gap_between_said_and_true():
    assert metrics.expected_calibration_error([1, 0, 1, 0], [0.5] * 4) == pytest.approx(
        0
    )
    assert metrics.expected_calibration_error([0, 0, 0, 0], [1.0] * 4) == pytest.approx(
        1
    )
    mixed = metrics.expected_calibration_error([1, 1, 0, 0], [0.9, 0.9, 0.2, 0.2])
    assert mixed == pytest.approx(0.5 * 0.1 + 0.5 * 0.2)


def test_a_threshold_holds_within_its_limits_and_never_for_nothing():
    threshold = Threshold("coverage", minimum=0.7, maximum=0.9)
    assert [threshold.holds(value) for value in (0.7, 0.8, 0.9)] == [True] * 3
    assert [threshold.holds(value) for value in (0.69, 0.91, math.nan)] == [False] * 3


def test_shown_values_are_measured_by_recall_and_precision():
    truth = ["a", "b", "none", "b"]
    answers = [
        (["a"], [0.9]),
        (["none", "b"], [0.6, 0.3]),
        (["a"], [0.4]),
        (["a"], [0.8]),
    ]
    measured = metrics.recall_and_precision(truth, answers, "none", min_recall=1 / 3)
    assert measured["recall"] == pytest.approx(1 / 3)
    assert measured["precision"] == pytest.approx(1 / 3)
    assert measured["precision_at_60"] == 1.0


def test_a_second_answer_is_shown_where_the_first_is_nothing():
    answers = [(["a"], [0.9]), (["none", "b"], [0.6, 0.3]), (["none", "a"], [0.9, 0.1])]
    measured = metrics.recall_and_precision(
        ["a", "b", "none"], answers, "none", min_recall=1.0
    )
    assert (measured["recall"], measured["precision_at_60"]) == (0.5, 1.0)


def test_a_recall_that_no_threshold_reaches_has_no_precision():
    measured = metrics.recall_and_precision(
        ["a", "b"], [(["a"], [0.9]), (["a"], [0.9])], "none"
    )
    assert "precision_at_60" not in measured


def test_rows_of_one_score_are_shown_together():
    answers = [(["a"], [0.5]), (["a"], [0.5])]
    measured = metrics.recall_and_precision(["a", "b"], answers, "none", min_recall=0.5)
    assert measured["precision_at_60"] == 0.5
