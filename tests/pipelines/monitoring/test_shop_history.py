"""The history is that of the champion, and of runs that train all models."""

from dataclasses import replace
from datetime import datetime, timedelta

import models
from common.runs.records import Request, RunRecords
from pipelines.monitoring.retrain_rule import History
from pipelines.monitoring.run_starts import note_start
from pipelines.monitoring.shop_history import read_shop_history

START = datetime.fromisoformat("2026-11-30T02:00:00+00:00")


def begin(store, name, targets, time):
    request = Request(name, tuple(targets), {}, time.isoformat())
    RunRecords(store.storage, name).write_request(request)


def test_a_new_shop_has_no_history(store):
    assert read_shop_history(store) == History(trained=None)


def test_the_champion_was_promoted_when_its_move_was_made(store, champion):
    history = read_shop_history(store)
    assert history.promoted == datetime.fromisoformat(next(store.moves()).at)
    assert set(history.champion) == set(champion.models.values())
    # Its snapshot is not in the store, so what is known is when it was published.
    assert history.trained == datetime.fromisoformat(champion.created_at)


def test_the_last_run_is_one_of_all_models(store):
    begin(store, "monday", ["encoders", *models.NAMES], START)
    begin(store, "tuesday", ["price"], START + timedelta(days=1))
    assert read_shop_history(store).last_run == START


def test_a_run_that_monitoring_has_started_counts_before_it_begins(store):
    begin(store, "monday", models.NAMES, START)
    later = START + timedelta(hours=3)
    note_start(store.storage, later, before=START)
    history = read_shop_history(store)
    assert history == replace(history, last_run=later)
