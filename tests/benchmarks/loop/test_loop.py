"""Simulated days, run for real in their short form: what is planted is noticed and repaired."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.loop.loop import run_days
from benchmarks.loop.page import render
from benchmarks.loop.plan import LoopPlan
from benchmarks.loop.record import read_record
from benchmarks.loop.story import find_changes, first_release_after
from common.settings import Settings
from tests.benchmarks.loop.examples import RUN

DOCS = Path(__file__).parents[3] / "docs"


def short_plan():
    """Return sixteen days; the experiment begins today, since a server knows no other day."""
    return LoopPlan(
        datetime.now(UTC).date() - timedelta(days=12),
        days=16,
        brand_day=9,
        inflation_day=9,
        experiment_day=13,
        experiment_days=3,
        challenger_days=14,
    )


def is_decided_by_its_interval(experiment):
    """Return whether the challenger has won where it is better beyond doubt, and only there."""
    last = experiment.looks[-1]
    is_better = last.low is not None and last.low > 0
    won = experiment.winner == experiment.challenger
    return won == (is_better and not last.breaches and not last.is_mismatch)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_shop_notices_what_changes_and_learns_it_while_it_answers(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", str(tmp_path / "kept"))
    settings = Settings.from_environment(os.environ)
    record = run_days(short_plan(), settings, RUN, print)

    assert all(change.is_noticed_in_time for change in find_changes(record))
    repair = first_release_after(record, record.plan.inflation_day)
    assert repair is not None
    assert repair.why == "monitoring"
    assert sum(training.lost for training in record.trainings) == 0
    assert sum(training.answers for training in record.trainings) > 0

    assert min(record.experiment.looks[-1].sellers.values()) > 100
    assert is_decided_by_its_interval(record.experiment)


def test_the_page_in_docs_is_that_of_its_record_and_the_story_holds():
    record = read_record(DOCS / "loop" / "record.json")
    assert (DOCS / "loop.md").read_text("utf-8") == render(record)
    assert all(change.is_noticed_in_time for change in find_changes(record))
    assert is_decided_by_its_interval(record.experiment)
    assert sum(training.lost for training in record.trainings) == 0
    assert re.fullmatch(r"[0-9a-f]{7,}", record.run.commit)
