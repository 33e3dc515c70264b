"""Simulated days: quiet ones raise no alarm, and planted changes are found in time."""

from datetime import timedelta

import pytest

from pipelines.monitoring.drift import find_drift
from pipelines.monitoring.features import tabulate_features
from pipelines.monitoring.quality_changes import compare_quality
from pipelines.monitoring.retrain_rule import History, RetrainConfig, decide_retraining
from tests.pipelines.monitoring.changes import add_brand, inflate, lose_photos
from tests.pipelines.monitoring.examples import START, between, simulate

REFERENCE = 28
"""Days that later ones are compared with."""

WINDOW = 3
"""Days that are compared with them, every day anew."""

FIRST = REFERENCE + WINDOW
"""The first night on which as many days are there."""

CHANGE = FIRST + 1
"""Day from which on something is changed."""

CONFIG = RetrainConfig(max_age=timedelta(days=1_000))
"""Rules without the age, which is a reason in quiet times too."""


def decisions(tables, nights):
    """Return what is decided each night, from ``FIRST`` on."""
    before = between(tables.fields, 0, REFERENCE)
    return {
        night: _decide(before, between(tables.fields, night - WINDOW, night), night)
        for night in range(FIRST, FIRST + nights)
    }


def _decide(before, now, night):
    drifts = find_drift(tabulate_features(before), tabulate_features(now))
    changes = compare_quality(before, now)
    time = START + timedelta(days=night)
    return decide_retraining(drifts, changes, History(START), time, CONFIG)


def n_alarms(by_night):
    return sum(decision.retrain for decision in by_night.values())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (inflate, "price ratio is not distributed"),
        (add_brand, "brand chosen is not distributed"),
        (lose_photos, "expected_accuracy of category is worse"),
    ],
)
def test_a_planted_change_is_a_reason_to_retrain_on_the_third_night(change, reason):
    tables = simulate(1, CHANGE + 3, 150, change, since=CHANGE, sellers=500)
    by_night = decisions(tables, nights=5)
    assert not any(by_night[night].retrain for night in (FIRST, CHANGE))
    assert reason in " ".join(by_night[CHANGE + 3].reasons)


def test_a_week_of_quiet_days_is_no_reason_to_retrain():
    tables = simulate(2, FIRST + 7, items=100, sellers=400)
    assert n_alarms(decisions(tables, nights=7)) == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_100_quiet_days_have_at_most_two_false_alarms():
    numbers = []
    for seed in range(3, 8):
        tables = simulate(seed, FIRST + 100, items=200, sellers=1_000)
        numbers.append(n_alarms(decisions(tables, nights=100)))
    print("false alarms in 100 quiet days, by seed:", numbers)
    assert max(numbers) <= 2
