"""The record of a monitoring is what was written, and each day has one line."""

import json
from dataclasses import replace

import pytest

from common import monitoring_history, monitoring_record
from common.errors import ArtifactError
from common.monitoring_history import HISTORY, MAX_DAYS, MonitoredDay, read_history
from common.monitoring_record import LATEST, DaysRecord, FigureRecord
from common.store.storage import Storage
from tests.common.monitoring_records import RECORD


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def days(storage):
    return [each.day for each in read_history(storage)]


def test_a_record_is_read_as_it_was_written(storage):
    assert monitoring_record.read(storage) is None
    monitoring_record.write(storage, RECORD)
    assert monitoring_record.read(storage) == RECORD


def test_a_record_without_days_before_is_read_too(storage):
    monitoring_record.write(storage, replace(RECORD, before=None))
    assert monitoring_record.read(storage) == replace(RECORD, before=None)


def test_a_figure_of_the_whole_is_found_by_its_metric_and_field():
    assert RECORD.value("acceptance", "brand") == 0.8
    assert RECORD.value("acceptance", "price") is None


def test_the_last_record_of_a_day_counts(storage):
    monitoring_record.write(storage, replace(RECORD, retrain=False))
    monitoring_record.write(storage, RECORD)
    assert read_history(storage) == (
        MonitoredDay(
            day="2026-11-29",
            listings=450,
            figures={
                "acceptance brand": 0.8,
                "top_1_accuracy brand": 0.7,
                "expected_accuracy brand": 0.65,
                "coverage price": 0.81,
            },
            drifts=1,
            retrain=True,
            reasons=RECORD.reasons,
        ),
    )


def test_days_are_in_their_order_and_the_oldest_are_dropped(storage, monkeypatch):
    monkeypatch.setattr(monitoring_history, "MAX_DAYS", 2)
    assert MAX_DAYS > 365
    for day in ("2026-11-29", "2026-11-27", "2026-11-28"):
        now = DaysRecord(day, day, 100)
        monitoring_record.write(storage, replace(RECORD, now=now))
    assert days(storage) == ["2026-11-28", "2026-11-29"]


def test_what_a_newer_version_has_added_is_left_out(storage):
    monitoring_record.write(storage, RECORD)
    for key in (LATEST, HISTORY):
        text = storage.read_text(key)
        storage.write_text(key, text.replace("{", '{"colour": 1, ', 1))
    assert monitoring_record.read(storage) == RECORD
    assert days(storage) == ["2026-11-29"]


def test_a_record_of_an_earlier_version_has_figures_by_release(storage):
    old = FigureRecord("acceptance", "brand", "day", "abc", 0.8, None, None, 9)
    monitoring_record.write(storage, replace(RECORD, figures=(old,)))
    text = storage.read_text(LATEST)
    values = json.loads(text.replace('"by": "day"', '"by": "release"'))
    del values["champion"]
    storage.write_text(LATEST, json.dumps(values))
    record = monitoring_record.read(storage)
    [figure] = record.figures
    assert (figure.by, figure.group, figure.value) == ("release", "abc", 0.8)
    assert record.champion == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"now": 3}'])
def test_a_damaged_record_is_named(storage, text):
    storage.write_text(LATEST, text)
    with pytest.raises(ArtifactError, match="listrec monitor"):
        monitoring_record.read(storage)


def test_damaged_days_are_named(storage):
    storage.write_text(HISTORY, '{"day": "2026-11-29"}\n')
    with pytest.raises(ArtifactError, match="history.jsonl in the store is damaged"):
        read_history(storage)
