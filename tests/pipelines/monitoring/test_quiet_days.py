"""Drift on simulated days: quiet ones raise no alarm, and planted changes are found in time."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.monitoring.drift import find_drift
from pipelines.monitoring.features import tabulate_features
from tests.pipelines.monitoring.examples import between, simulate

REFERENCE = 28
"""Days that later ones are compared with."""

WINDOW = 3
"""Days that are compared with them, every day anew."""

CHANGE = REFERENCE + 2
"""Day from which on something is changed."""


def alarms(tables, until):
    """Return the features that drift on each day, compared with the first days."""
    before = tabulate_features(between(tables.fields, 0, REFERENCE))
    return {
        day: {
            drift.feature
            for drift in find_drift(before, _window(tables, day))
            if drift.found
        }
        for day in range(REFERENCE, until)
    }


def _window(tables, day):
    return tabulate_features(between(tables.fields, day - WINDOW + 1, day + 1))


def inflate(day, draft):
    """From a day on sellers ask 30 % more; the suggestions stay as they were."""
    if day < CHANGE:
        return draft
    return replace(draft, truth={**draft.truth, "price": draft.truth["price"] * 1.3})


def add_brand(day, draft):
    """From a day on, a fifth of the items are of a brand that no model knows."""
    if day < CHANGE or hash_of(draft) >= 0.2:
        return draft
    return replace(draft, truth={**draft.truth, "brand": "Novella"})


def lose_photos(day, draft):
    """From a day on, models that get no photos are half as certain of categories."""
    if day < CHANGE:
        return draft
    candidates = [
        replace(each, probability=each.probability / 2)
        if each.field == "category"
        else each
        for each in draft.candidates
    ]
    return replace(draft, candidates=tuple(candidates))


def hash_of(draft):
    """A number from 0 to 1 that is the same for the same draft."""
    return draft.truth["price"] * 100 % 97 / 97


@pytest.mark.parametrize(
    ("change", "feature"),
    [
        (inflate, "price chosen"),
        (add_brand, "brand chosen"),
        (lose_photos, "category probability"),
    ],
)
def test_a_planted_change_is_found_within_three_days(change, feature):
    tables = simulate(1, CHANGE + 3, items=100, change=change, sellers=400)
    days = alarms(tables, CHANGE + 3)
    assert not any(days[day] for day in days if day < CHANGE)
    assert any(feature in days[day] for day in days if day >= CHANGE)


def test_a_week_of_quiet_days_raises_no_alarm():
    tables = simulate(2, REFERENCE + 7, items=100, sellers=400)
    assert not any(alarms(tables, REFERENCE + 7).values())


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_100_quiet_days_raise_at_most_two_alarms():
    numbers = []
    for seed in range(3, 8):
        tables = simulate(seed, REFERENCE + 100, items=200, sellers=1_000)
        days = alarms(tables, REFERENCE + 100)
        numbers.append(sum(map(bool, days.values())))
    print("alarms in 100 quiet days, by seed:", numbers)
    assert np.max(numbers) <= 2
