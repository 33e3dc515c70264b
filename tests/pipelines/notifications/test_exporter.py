import urllib.request
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from common import monitoring_record
from common.errors import UnavailableError
from common.store.storage import Storage
from pipelines.notifications.exporter import TrainingCollector, export
from pipelines.notifications.monitoring_exporter import MonitoringCollector
from tests.common.monitoring_records import RECORD


@pytest.fixture
def scrape(settings):
    """Starts an exporter of the pipeline ``all``; returns a function that reads its metrics."""
    collector = TrainingCollector(Storage(settings.store), "all")
    port, _ = export("127.0.0.1", 0, collector)

    def read():
        url = f"http://127.0.0.1:{port}/metrics"
        with urllib.request.urlopen(url, timeout=20) as response:
            text = response.read().decode()
        families = text_string_to_metric_families(text)
        return {
            family.name.removeprefix("listrec_training_"): family.samples[0].value
            for family in families
        }

    return read


def seconds(day):
    return datetime.fromisoformat(f"2026-11-{day:02}T02:00:00+00:00").timestamp()


def test_the_metrics_are_the_times_of_the_last_success_and_promotion(scrape, ended):
    for run, state in enumerate(["promoted", "refused", "failed", "failed"]):
        ended(f"night-{run}", state)
    ended("another", "promoted", pipeline="price")

    assert scrape() == {
        "store_up": 1,
        "last_success_seconds": seconds(2),
        "last_promotion_seconds": seconds(1),
        "failures_in_a_row": 2,
    }


def test_a_run_that_ends_meanwhile_is_in_the_next_answer(scrape, ended):
    assert scrape()["last_success_seconds"] == 0

    ended("night", "promoted")

    assert scrape()["last_success_seconds"] == seconds(1)


def test_a_store_that_cannot_be_read_leaves_what_was_read_before(
    scrape, ended, settings
):
    ended("monday", "promoted")
    before = scrape()

    # Where a file is expected there is a folder, so reading it is an error.
    Path(settings.store, "runs", "tuesday", "outcome.json").mkdir(parents=True)

    assert scrape() == {**before, "store_up": 0}


def test_a_port_that_is_taken_is_named(scrape, settings):
    collector = TrainingCollector(Storage(settings.store), "all")
    port, _ = export("127.0.0.1", 0, collector)

    with pytest.raises(UnavailableError, match=f"127.0.0.1:{port}, which is taken"):
        export("127.0.0.1", port, collector)


def monitored(settings):
    """The metrics of a monitoring by name and field."""
    families = MonitoringCollector(Storage(settings.store)).collect()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_a_shop_that_was_never_monitored_has_no_figures(settings):
    assert monitored(settings) == {"listrec_monitoring_last_seconds": 0}


def test_the_last_monitoring_is_exported(settings):
    monitoring_record.write(Storage(settings.store), RECORD)

    assert monitored(settings) == {
        "listrec_monitoring_last_seconds": 1_796_007_600,
        "listrec_monitoring_drifts": 1,
        "listrec_monitoring_losses": 1,
        "listrec_monitoring_retrain": 1,
        "listrec_monitoring_acceptance brand": 0.8,
        "listrec_monitoring_accuracy brand": 0.7,
        "listrec_monitoring_expected_accuracy brand": 0.65,
        "listrec_monitoring_coverage price": 0.81,
    }


def test_a_damaged_record_leaves_what_was_read_before(settings):
    storage = Storage(settings.store)
    monitoring_record.write(storage, RECORD)
    collector = MonitoringCollector(storage)
    before = list(collector.collect())

    storage.write_text(monitoring_record.LATEST, "{")

    assert list(collector.collect()) == before
