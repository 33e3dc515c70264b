from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.experiments import analysis_record
from common.store.storage import Storage
from pipelines.notifications.experiment_exporter import ExperimentCollector
from tests.common.experiments.analysis_records import RECORD, THREE


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def keep(storage, key, age=timedelta(hours=3), **changes):
    time = (datetime.now(UTC) - age).isoformat()
    analysis_record.write(storage, replace(RECORD, key=key, time=time, **changes))


def broken(storage):
    (family,) = ExperimentCollector(storage).collect()
    return {each.labels["experiment"]: each.value for each in family.samples}


def test_void_results_and_harm_are_told_until_they_are_stopped(storage):
    harmless = replace(THREE, breaches=())
    stopped = replace(THREE, stopped="2026-12-01T03:00:00+00:00")
    keep(storage, "harmful")
    keep(storage, "harmless", variants=(harmless,), verdict="running")
    keep(storage, "stopped", variants=(stopped,))
    keep(storage, "void", variants=(harmless,), verdict="void")
    assert broken(storage) == {"harmful": 1, "harmless": 0, "stopped": 0, "void": 1}


def test_analyses_of_days_ago_and_damaged_ones_are_not_told(storage):
    keep(storage, "old", age=timedelta(days=3))
    storage.write_text(f"{analysis_record.FOLDER}/damaged.json", "{")
    assert broken(storage) == {}
