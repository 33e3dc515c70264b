"""Weeks are ISO weeks in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from common.errors import InputError
from pipelines.weekly_report.weeks import Week


def test_a_week_is_from_monday_to_monday():
    week = Week.parse("2026-W48")
    assert week.start == datetime(2026, 11, 23, tzinfo=UTC)
    assert week.end == datetime(2026, 11, 30, tzinfo=UTC)
    assert str(week) == "2026-W48"


def test_the_first_week_of_a_year_may_begin_in_the_year_before():
    assert Week.parse("2026-W01").start == datetime(2025, 12, 29, tzinfo=UTC)
    assert str(Week.parse("2026-W01").before(1)) == "2025-W52"


@pytest.mark.parametrize(
    "text", ["2026-48", "2026-W00", "2026-W54", "last", "２026-W48"]
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(InputError, match="such as 2026-W48"):
        Week.parse(text)


def test_the_last_complete_week_is_one_of_utc():
    tokyo = timezone(timedelta(hours=9))
    monday_morning = datetime(2026, 11, 30, 8, tzinfo=tokyo)  # Sunday in UTC
    assert str(Week.last_complete(monday_morning)) == "2026-W47"
    assert str(Week.last_complete(monday_morning + timedelta(hours=1))) == "2026-W48"
