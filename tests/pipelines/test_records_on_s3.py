"""What is kept of runs, on a real server of S3: records, profiles, history, and metrics of them."""

from dataclasses import replace

import pytest

from common.runs.records import DONE, FAILED, RunRecords, StepRecord, runs
from common.settings import Settings
from common.store.storage import Storage
from pipelines.data_checks.profile import Profile, read_profile, write_profile
from pipelines.notifications.exporter import TrainingCollector
from pipelines.training.finish_steps import describe_end

STEP = StepRecord("train_model", "price", DONE, "2026-11-30T02:00:00.000+00:00")


@pytest.fixture
def settings(tmp_path, s3_url):
    home = str(tmp_path / "home")
    return Settings.from_environment({"LISTREC_HOME": home, "LISTREC_STORE": s3_url})


@pytest.fixture
def storage(settings):
    return Storage(settings.store)


def read_metrics(storage, pipeline):
    """The metrics of the exporter, by name."""
    families = TrainingCollector(storage, pipeline).collect()
    return {
        family.name.removeprefix("listrec_training_"): family.samples[0].value
        for family in families
    }


def test_a_run_is_read_from_a_bucket_as_it_was_kept(storage):
    failed = replace(STEP, state=FAILED, message="the loss exploded")
    for name, step, state in (("a", STEP, "SUCCEEDED"), ("b", failed, "FAILED")):
        run = RunRecords(storage, name)
        run.write_step(step)
        run.write_outcome(describe_end(name, "all", [step], state))

    assert runs(storage) == ["a", "b"]
    assert RunRecords(storage, "b").steps() == [failed]
    metrics = read_metrics(storage, "all")
    assert (metrics["store_up"], metrics["failures_in_a_row"]) == (1, 1)
    assert metrics["last_success_seconds"] > 0


def test_a_bucket_that_refuses_leaves_the_exporter_without_a_store(
    storage, monkeypatch
):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")

    assert read_metrics(Storage(storage.url), "all")["store_up"] == 0


def test_a_profile_is_read_from_a_bucket_as_it_was_written(storage):
    written = Profile("monday", "2026-11-29", 9, {"price": 8}, {}, {}, {}, [])
    write_profile(storage, written)

    assert read_profile(storage, "monday") == written
    assert read_profile(storage, "tuesday") is None


@pytest.mark.slow
def test_a_whole_run_keeps_everything_in_a_bucket(run, champion, store, settings):
    run("price")

    storage = store.storage
    (name,) = runs(storage)
    records = RunRecords(storage, name)
    assert (records.outcome() or {})["state"] == "promoted"
    assert {step.state for step in records.steps()} == {DONE}
    move = next(store.moves())
    assert (move.cause.run, move.previous) == (name, champion.id)
    assert read_profile(storage, "monday").rows > 0
    assert read_metrics(storage, "price")["last_promotion_seconds"] > 0
    assert not (settings.home / "store").exists()
