"""Later days are compared with the first ones of the champion, where it has served long enough."""

from datetime import UTC, datetime

import pytest

from common.errors import InputError
from pipelines.monitoring.config import MonitoringConfig
from pipelines.monitoring.days import choose_days

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
CONFIG = MonitoringConfig(days=3, reference_days=14)


def days(promoted=None):
    """The days that are looked at, those before, and whether the champion has served."""
    chosen = choose_days(NOW, promoted, CONFIG)
    before = chosen.before.names
    assert chosen.now.names == ("2026-11-27", "2026-11-28", "2026-11-29")
    return before[0], before[-1], chosen.has_served


def test_without_a_champion_days_are_compared_with_those_before_them():
    assert days() == ("2026-11-13", "2026-11-26", True)


def test_the_first_days_of_the_champion_are_what_later_ones_are_compared_with():
    promoted = datetime(2026, 10, 31, 4, tzinfo=UTC)
    assert days(promoted) == ("2026-11-01", "2026-11-14", True)


def test_a_champion_of_a_week_is_compared_with_its_first_three_days():
    promoted = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert days(promoted) == ("2026-11-24", "2026-11-26", True)


def test_a_younger_champion_has_too_few_days_of_its_own():
    promoted = datetime(2026, 11, 24, 4, tzinfo=UTC)
    assert days(promoted) == ("2026-11-13", "2026-11-26", False)


def test_no_days_cannot_be_looked_at():
    with pytest.raises(InputError, match=r"monitor\.days is 0: it must be at least 1"):
        MonitoringConfig(days=0)
