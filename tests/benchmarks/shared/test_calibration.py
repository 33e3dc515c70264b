import pytest

from benchmarks.quality.collect import collect
from benchmarks.quality.goal_table import cells
from benchmarks.quality.goals import AT_MOST, Goal, check_goals
from benchmarks.quality.jobs import Job
from benchmarks.shared.calibration import (
    accuracy_of_surest,
    confidence_of,
    pooled_error,
)
from benchmarks.shared.results import Run
from common.listing import Candidate, Listing, Suggestion

FOLDS = [
    {"is_right": [1.0, 0.0], "confidence": [0.8, 0.8]},
    {"is_right": [1.0, 1.0], "confidence": [0.8, 0.8]},
]


class Half:
    """Suggests the title with a probability of one half."""

    def predict(self, listings, encodings=None):
        return [
            Suggestion("brand", "1", {"brand": (Candidate(listing.title, 0.5),)})
            for listing in listings
        ]


def test_errors_of_folds_that_are_only_chance_even_out():
    assert pooled_error(FOLDS) == pytest.approx(0.05)
    assert [pooled_error([fold]) for fold in FOLDS] == pytest.approx([0.3, 0.2])


def test_a_goal_may_be_judged_over_all_folds_together():
    metric = "brand calibration_error"
    outputs = {
        Job("train", fold, "ours"): {
            "figures": {metric: error},
            "confidences": {metric: FOLDS[fold]},
        }
        for fold, error in enumerate((0.3, 0.2))
    }
    results = collect(outputs, Run("quality", "", "", "", "", ""))
    goals = [
        Goal("", metric, 0.1, AT_MOST, pooled=is_pooled) for is_pooled in (True, False)
    ]
    pooled, by_folds = check_goals(goals, results)
    assert (pooled.met, by_folds.met) == (True, False)
    assert cells(pooled)[1].startswith("0.050 (0.250")


def test_the_surest_answers_are_those_of_all_folds():
    folds = [
        {"is_right": [0.0, 1.0], "confidence": [0.3, 0.9]},
        {"is_right": [0.0, 1.0], "confidence": [0.8, 0.7]},
    ]
    assert accuracy_of_surest(folds, 0.25) == 1.0
    assert accuracy_of_surest(folds, 0.5) == 0.5


def test_first_answers_are_held_against_labels_cold_and_warm():
    rows = [
        Listing("Nike", brand="Nike"),
        Listing("shoe", brand="Nike"),
        Listing("shoe"),
    ]
    confidences = dict(confidence_of("brand", Half(), rows))
    expected = {"is_right": [1.0, 0.0], "confidence": [0.5, 0.5]}
    assert confidences == {
        "brand calibration_error": expected, "brand warm_calibration_error": expected,
    }  # fmt: skip


def test_prices_are_not_asked_how_sure_they_are():
    assert not list(confidence_of("price", Half(), [Listing("shoe", price=1.0)]))
