"""docs/report.md shows what its command makes."""

import re
from pathlib import Path

import pytest

from pipelines.evaluation.intervals import MIN_SELLERS
from pipelines.weekly_report.changes import MIN_NAMED
from pipelines.weekly_report.report import N_WEEKS
from pipelines.weekly_report.sentences import summarise
from tests.pipelines.weekly_report.examples import report_of
from tests.pipelines.weekly_report.simulated import documented_events

PAGE = (Path(__file__).parents[3] / "docs" / "report.md").read_text("utf-8")


@pytest.mark.slow
def test_the_shown_week_is_the_one_that_is_simulated():
    (shown,) = re.findall(r"```\nWeek 2026-W48\n(.*?)```", PAGE, re.DOTALL)
    told = [f"- {sentence}" for sentence in summarise(report_of(documented_events()))]
    assert shown.splitlines() == told


def test_the_page_states_the_limits_of_the_code():
    assert (MIN_SELLERS, MIN_NAMED, N_WEEKS) == (30, 5, 8)
    assert "Below 30 sellers" in PAGE
    assert "at least five known sellers" in PAGE
    assert "over eight weeks" in PAGE
