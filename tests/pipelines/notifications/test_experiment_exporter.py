from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from common.experiments import analysis_record, published
from common.experiments.published import Published, Stop
from common.store.storage import Storage
from pipelines.notifications.experiment_exporter import ExperimentCollector
from tests.common.experiments.analysis_records import RECORD, THREE
from tests.common.experiments.files import TOP_3


@pytest.fixture
def storage(tmp_path):
    return Storage(str(tmp_path))


def keep(storage, key, age=timedelta(hours=3), **changes):
    time = (datetime.now(UTC) - age).isoformat()
    analysis_record.write(storage, replace(RECORD, key=key, time=time, **changes))


def publish(storage, *keys, start=0, end=7, stops=(), age=timedelta(days=10)):
    """Publish experiments that start and end some days from today, ``age`` ago."""
    today = datetime.now(UTC).date()
    text = TOP_3.replace("2026-12-01", str(today + timedelta(days=start)))
    text = text.replace("2026-12-14", str(today + timedelta(days=end)))
    at = (datetime.now(UTC) - age).isoformat()
    after = Published(number=1, files=dict.fromkeys(keys, text), stops=stops, at=at)
    published.write(storage, Published(), after)


def broken(storage):
    return values(storage, "listrec_experiment_broken")


def hours_since_analysis(storage):
    now = datetime.now(UTC).timestamp()
    times = values(storage, "listrec_experiment_last_seconds")
    return {key: round((now - time) / 3_600, 1) for key, time in times.items()}


def values(storage, name):
    families = {each.name: each for each in ExperimentCollector(storage).collect()}
    return {each.labels["experiment"]: each.value for each in families[name].samples}


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


def test_the_time_of_the_last_analysis_is_told_of_experiments_that_run(storage):
    publish(storage, "top-3", "brands", start=-5)
    keep(storage, "top-3", age=timedelta(hours=30))
    keep(storage, "brands", age=timedelta(hours=3))
    keep(storage, "long-ago", age=timedelta(days=60))
    assert hours_since_analysis(storage) == {"top-3": 30, "brands": 3}


def test_one_that_was_never_analyzed_is_late_from_the_end_of_its_first_day(storage):
    publish(storage, "top-3", start=-2)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = values(storage, "listrec_experiment_last_seconds")["top-3"]
    assert since == (midnight - timedelta(days=1)).timestamp()


def test_one_that_started_before_it_was_published_is_late_from_then(storage):
    publish(storage, "top-3", start=-5, age=timedelta(hours=2))
    assert hours_since_analysis(storage) == {"top-3": 2}


STOP = Stop("top-3", "", "enough", "ann", "2026-12-02T03:00:00+00:00")


@pytest.mark.parametrize(
    "state", [{"start": 1}, {"start": -9, "end": -1}, {"start": -2, "stops": (STOP,)}]
)
def test_experiments_that_are_planned_over_or_stopped_wait_for_nothing(storage, state):
    publish(storage, "top-3", **state)
    keep(storage, "top-3", age=timedelta(hours=40))
    assert hours_since_analysis(storage) == {}


def test_what_cannot_be_read_of_published_experiments_is_not_told(storage):
    storage.write_text(published.KEY, "{")
    assert hours_since_analysis(storage) == {}
