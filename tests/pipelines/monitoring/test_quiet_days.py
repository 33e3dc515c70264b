"""Simulated days: quiet ones raise no alarm, and planted changes are found in time."""

from datetime import timedelta

import pytest

from pipelines.monitoring.drift import find_drift
from pipelines.monitoring.features import tabulate_features
from pipelines.monitoring.quality_changes import compare_quality
from pipelines.monitoring.retrain_rule import History, RetrainConfig, decide_retraining
from tests.pipelines.monitoring.changes import add_brand, inflate, lose_photos
from tests.pipelines.monitoring.examples import START, between, simulate

REFERENCE = 14
"""Days that later ones are compared with."""

WINDOW = 3
"""Days that are compared with them, every day anew."""

FIRST = REFERENCE + WINDOW
"""The first night on which as many days are there."""

CHANGE = FIRST + 1
"""Day from which on something is changed."""

CONFIG = RetrainConfig(max_age=timedelta(days=1_000))
"""Rules without the age, which is a reason in quiet times too."""

PLANTED = (
    (inflate, "price ratio is not distributed"),
    (add_brand, "brand chosen is not distributed"),
    (lose_photos, "expected_accuracy of category is worse"),
)
"""What may happen, and the reason that it is to be found by."""


def decisions(tables, nights):
    """Return what is decided in each of some nights, which compare days with the first ones."""
    before = between(tables.fields, 0, REFERENCE)
    features = tabulate_features(before)
    by_night = {}
    for night in nights:
        now = between(tables.fields, night - WINDOW, night)
        drifts = find_drift(features, tabulate_features(now))
        changes = compare_quality(before, now)
        time = START + timedelta(days=night)
        by_night[night] = decide_retraining(
            drifts, changes, History(START), time, CONFIG
        )
    return by_night


def n_alarms(by_night):
    return sum(decision.retrain for decision in by_night.values())


def decide_around(change, seed):
    """Return what is decided just before a change, and three days later."""
    tables = simulate(seed, CHANGE + 3, 150, change, since=CHANGE, sellers=1_000)
    by_night = decisions(tables, [CHANGE, CHANGE + 3])
    return by_night[CHANGE].reasons, " ".join(by_night[CHANGE + 3].reasons)


@pytest.mark.parametrize(("change", "reason"), PLANTED)
def test_a_planted_change_is_a_reason_to_retrain_on_the_third_night(change, reason):
    before, after = decide_around(change, seed=1)
    assert before == ()
    assert reason in after


@pytest.mark.slow
@pytest.mark.parametrize(("change", "reason"), PLANTED)
def test_planted_changes_are_found_in_at_least_nine_of_ten_shops(change, reason):
    found = [reason in decide_around(change, seed)[1] for seed in range(10, 20)]
    print(f"{reason}: found in {sum(found)} of {len(found)} shops")
    assert sum(found) >= 9


def test_quiet_days_are_no_reason_to_retrain():
    tables = simulate(2, FIRST + 7, items=100, sellers=400)
    assert n_alarms(decisions(tables, range(FIRST, FIRST + 8, 2))) == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_100_quiet_days_have_at_most_two_false_alarms():
    numbers = []
    for seed in range(3, 8):
        tables = simulate(seed, FIRST + 100, items=200, sellers=1_000)
        numbers.append(n_alarms(decisions(tables, range(FIRST, FIRST + 100))))
    print("false alarms in 100 quiet days, by seed:", numbers)
    assert max(numbers) <= 2
