"""200 days of a shop that monitors itself every night, and retrains where it finds a reason."""

from datetime import timedelta

import numpy as np
import pytest

from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.monitor import monitor
from pipelines.monitoring.retrain_rule import History
from tests.pipelines.monitoring.changes import (
    add_brand,
    inflate,
    know_inflation,
    lose_photos,
)
from tests.pipelines.monitoring.examples import START, Shop, at

CONFIG = MonitoringConfig(max_age_days=1_000)
"""Rules without the age, which is a reason in quiet times too."""

FIRST = CONFIG.reference_days + CONFIG.days + 1
"""The first night on which as many days are there as are compared."""

QUIET = FIRST + 100
"""Day before which nothing happens."""

PLANTED = {QUIET + 10: add_brand, QUIET + 40: inflate, QUIET + 70: lose_photos}
"""What happens from which day on, until models are retrained or photos arrive again."""

LEARNED = {inflate: know_inflation}
"""What goes on after models have learned it."""


class Watch:
    """A shop, and what its monitoring decides.

    Attributes:
        alarms: nights on which a run was started, with what had happened by then.
        errors: expected less true figures of the days of each quiet night, by figure.
    """

    def __init__(self, seed, items, sellers):
        self.shop = Shop(seed, items, sellers=sellers)
        self.history = History(trained=START, promoted=START - timedelta(hours=1))
        self.change, self.after = None, None
        self.alarms, self.errors = [], {}
        self.drafts = []

    def live(self, day):
        self.change = PLANTED.get(day, self.change)
        self.drafts.append(self.shop.live(self.change or self.after))

    def look(self, night):
        time = at(night)
        record = monitor(self.shop.read, self.history, time, CONFIG).record
        if not self.change:
            self._compare_expected(record)
        if record.retrain:
            self.alarms.append((night, self.change))
            self.after = LEARNED.get(self.change, self.after)
            self.change = None
            self.history = History(time, time, time + timedelta(hours=3))

    def _compare_expected(self, record):
        """Compare what was expected of the days with what the market knows of them."""
        drafts = [each for day in self.drafts[-CONFIG.days :] for each in day]
        prices = [(draft.truth["price"], draft.amounts[0]) for draft in drafts]
        truth = {"coverage price": [each.low <= p <= each.high for p, each in prices]}
        for name in ("category", "brand"):
            firsts = [
                next(each for each in draft.candidates if each.field == name)
                for draft in drafts
            ]
            truth[f"accuracy {name}"] = [
                first.value == draft.truth[name]
                for first, draft in zip(firsts, drafts, strict=True)
            ]
        for key, hits in truth.items():
            expected = record.value(*f"expected_{key}".split())
            self.errors.setdefault(key, []).append(expected - np.mean(hits))


def watch(seed, items, sellers, nights):
    watched = Watch(seed, items, sellers)
    for day in range(nights[-1]):
        watched.live(day)
        if day + 1 in nights:
            watched.look(day + 1)
    return watched


def nights_until_noticed(watched):
    """Return how many nights each change took, ``None`` for one that was not noticed."""
    noticed = {change: night for night, change in watched.alarms if change}
    return {
        change.__name__: noticed[change] - day if change in noticed else None
        for day, change in PLANTED.items()
    }


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_200_days_have_at_most_two_false_alarms_and_each_change_is_noticed_in_time():
    watched = watch(7, items=150, sellers=1_000, nights=range(FIRST, FIRST + 201))
    false = [night for night, change in watched.alarms if not change]
    before = [night for night in false if night <= QUIET]
    nights = nights_until_noticed(watched)

    print(f"false alarms: {len(before)} in 100 quiet nights, {len(false)} in all 200")
    print("nights of false alarms:", false)
    print("nights until a change was noticed:", nights)
    for key, errors in watched.errors.items():
        print(f"mean error of the expected {key}: {np.abs(errors).mean():.3f}")

    assert len(before) <= 2
    assert all(number is not None and number <= 3 for number in nights.values())
    assert all(np.abs(errors).mean() < 0.03 for errors in watched.errors.values())
