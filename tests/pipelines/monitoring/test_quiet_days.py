"""Simulated days: quiet ones raise no alarm, and planted changes are found in time."""

import pytest

from pipelines.monitoring.comparison import compare
from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.days import choose_days
from pipelines.monitoring.monitor import read_days
from pipelines.monitoring.retrain_rule import History
from tests.pipelines.monitoring.changes import add_brand, inflate, lose_photos
from tests.pipelines.monitoring.examples import START, at, live

CONFIG = MonitoringConfig(max_age_days=1_000)
"""Rules without the age, which is a reason in quiet times too."""

FIRST = CONFIG.reference_days + CONFIG.days + 1
"""The first night on which as many days are there as are compared."""

CHANGE = FIRST + 1
"""Day from which on something is changed."""

HISTORY = History(trained=START, promoted=START)

PLANTED = (
    (
        inflate,
        "ratio of the chosen to the suggested price is not distributed",
    ),
    (add_brand, "brand that sellers choose is not distributed"),
    (lose_photos, "Category, first suggestion right, as expected: worse"),
)
"""What may happen, and the reason that it is to be found by."""


def decide(shop, night):
    """Return what is decided in a night."""
    time = at(night)
    days = choose_days(time, HISTORY.promoted, CONFIG)
    before, now = (read_days(shop.read, part) for part in (days.before, days.now))
    return compare(before, now, days, HISTORY, time, CONFIG).decision


def n_alarms(shop, nights):
    return sum(decide(shop, night).retrain for night in nights)


def decide_around(change, seed, items=150, sellers=1_000):
    """Return the reasons just before a change, and three days later."""
    shop = live(seed, CHANGE + 3, items, change, since=CHANGE, sellers=sellers)
    return decide(shop, CHANGE).reasons, " ".join(decide(shop, CHANGE + 3).reasons)


@pytest.mark.parametrize(("change", "reason"), PLANTED)
def test_a_planted_change_is_a_reason_to_retrain_on_the_third_night(change, reason):
    before, after = decide_around(change, seed=1)
    assert before == ()
    assert reason in after


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize(
    ("items", "sellers", "least"), [(150, 1_000, 9), (100, 400, 8), (50, 300, 2)]
)
@pytest.mark.parametrize(("change", "reason"), PLANTED)
def test_most_shops_notice_a_change_within_three_days(
    change, reason, items, sellers, least
):
    found = [decide_around(change, seed, items, sellers)[1] for seed in range(10, 20)]
    noticed, named = sum(map(bool, found)), sum(reason in each for each in found)
    print(
        f"{items} items a day, {change.__name__}: {noticed} of 10 shops, {named} by {reason}"
    )
    assert noticed >= least


def test_quiet_days_are_no_reason_to_retrain():
    shop = live(2, FIRST + 7, items=100, sellers=400)
    assert n_alarms(shop, range(FIRST, FIRST + 8, 4)) == 0


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_100_quiet_days_have_at_most_two_false_alarms():
    numbers = []
    for seed in range(3, 8):
        shop = live(seed, FIRST + 100, items=200, sellers=1_000)
        numbers.append(n_alarms(shop, range(FIRST, FIRST + 100)))
    print("false alarms in 100 quiet days, by seed:", numbers)
    assert max(numbers) <= 2
