import urllib.request
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from common.errors import UnavailableError
from common.store.storage import Storage
from pipelines.notifications.exporter import TrainingCollector, export


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
