from typing import Any

import pytest

from benchmarks.quality.calibration import confidence_of, pooled_error, surest
from benchmarks.quality.goals import MOST, Goal, judge
from benchmarks.quality.results import Results
from common.listing import Candidate, Listing, Suggestion

FOLDS = [{"right": [1.0, 0.0], "sure": [0.8, 0.8]}, {"right": [1.0, 1.0], "sure": [0.8, 0.8]}]


class Half:
    """Says the title, half surely."""

    def predict(self, listings, encodings=None):
        return [
            Suggestion("brand", "1", {"brand": (Candidate(listing.title, 0.5),)})
            for listing in listings
        ]


def test_errors_of_folds_that_are_only_chance_even_out():
    assert pooled_error(FOLDS) == pytest.approx(0.05)
    assert [pooled_error([fold]) for fold in FOLDS] == pytest.approx([0.3, 0.2])


def test_a_goal_may_be_judged_over_all_folds_together():
    found: Any = Results()
    found.figures["train", "ours", "brand calibration_error"] = {0: 0.3, 1: 0.2}
    found.sure["brand calibration_error"] = FOLDS
    goals = [Goal("", "brand calibration_error", 0.1, MOST, pooled=each) for each in (True, False)]
    pooled, by_folds = judge(goals, found)
    assert (pooled.met, by_folds.met) == (True, False)
    assert pooled.ours.startswith("0.050 (0.250")


def test_the_surest_answers_are_those_of_all_folds():
    folds = [{"right": [0.0, 1.0], "sure": [0.3, 0.9]}, {"right": [0.0, 1.0], "sure": [0.8, 0.7]}]
    assert surest(folds, 0.25) == 1.0
    assert surest(folds, 0.5) == 0.5


def test_first_answers_are_held_against_labels_cold_and_warm():
    rows = [Listing("Nike", brand="Nike"), Listing("shoe", brand="Nike"), Listing("shoe")]
    found = dict(confidence_of("brand", Half(), rows))
    expected = {"right": [1.0, 0.0], "sure": [0.5, 0.5]}
    assert found == {
        "brand calibration_error": expected, "brand warm_calibration_error": expected,
    }  # fmt: skip


def test_prices_are_not_asked_how_sure_they_are():
    assert not list(confidence_of("price", Half(), [Listing("shoe", price=1.0)]))
