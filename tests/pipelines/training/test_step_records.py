import pytest

from common.errors import ArtifactError, GateError, InputError, ListrecError
from common.runs.records import (
    DONE,
    FAILED,
    RUNNING,
    RunRecords,
    StepRecord,
    runs,
)
from common.store.storage import Storage
from models import NAMES
from pipelines.training.finish_steps import describe_end


@pytest.fixture
def records(store):
    """Open the records of the only run."""

    def open_them():
        storage = Storage(store.url)
        (name,) = runs(storage)
        return RunRecords(storage, name)

    return open_them


def a_step(step, state=DONE, start=0, **values):
    started = f"2026-11-30T02:00:{start:02}.000+00:00"
    return StepRecord(step, "price", state, started, **values)


def test_every_step_of_a_run_is_on_record_with_what_it_took(run, champion, records):
    run("price")

    steps = records().steps()
    assert [step.step for step in steps][-2:] == ["promote", "finish"]
    assert {step.state for step in steps[:-1]} == {DONE}
    assert all(step.seconds >= 0 < step.peak_megabytes for step in steps[:-1])


def test_the_request_of_a_run_is_all_that_another_one_needs(run, snapshot, records):
    run("encoders", "price", config={"price": {"score": 0.8}})

    request = records().request()
    assert request.targets == ("encoders", "price")
    assert request.arguments["snapshot"] == str(snapshot)
    assert request.arguments["config"] == '{"price": {"score": 0.8}}'


def test_a_run_that_is_promoted_says_so(run, champion, store, records):
    run("price")

    outcome = records().outcome()
    assert (outcome["state"], outcome["release"]) == ("promoted", store.champion())
    assert outcome["reasons"] == []
    move = next(store.moves())
    assert (move.cause.run, move.previous) == (outcome["run"], champion.id)
    assert "@" in move.cause.by


def test_a_run_that_is_refused_says_why(run, champion, records):
    with pytest.raises(GateError):
        run("brand", config={"brand": {"score": 0.1}})

    outcome = records().outcome()
    assert outcome["state"] == "refused"
    assert "score is 0.1; it must be at least 0.5" in outcome["reasons"][0]


def test_a_run_that_fails_ends_with_its_reason_too(run, records):
    with pytest.raises(ListrecError, match="the loss exploded"):
        run("encoders", config={"encoders": {"text": {"crash": True}}})

    outcome = records().outcome()
    assert outcome["state"] == "failed"
    assert outcome["reasons"] == ["a bug (ZeroDivisionError: the loss exploded)"]


def test_encoders_alone_are_trained_and_not_promoted(run, records):
    run("encoders")

    assert records().outcome()["state"] == "trained"


def test_a_step_that_was_killed_is_the_reason():
    outcome = describe_end("night", "all", [a_step("train_model", RUNNING)], "FAILED")

    assert outcome["state"] == "failed"
    assert "train_model price did not end: it was killed" in outcome["reasons"][0]


def test_where_no_step_says_why_the_orchestrator_is_quoted():
    outcome = describe_end("night", "all", [a_step("check_snapshot")], "FAILED")

    assert outcome["state"] == "failed"
    assert outcome["reasons"] == ["the orchestrator says FAILED, and no step says why"]


def test_the_time_of_a_run_is_that_of_steps_side_by_side():
    steps = [
        a_step("train_model", seconds=30, cpu_seconds=50),
        a_step("train_model", start=10, seconds=40, cpu_seconds=60),
    ]

    outcome = describe_end("night", "all", steps, "SUCCEEDED")
    assert (outcome["seconds"], outcome["cpu_seconds"]) == (50, 110)


def test_a_failure_and_a_refusal_together_are_a_failure():
    steps = [
        a_step("admit", FAILED, message="a gate was missed", exit_code=3),
        a_step("evaluate", FAILED, message="a bug", exit_code=1),
    ]
    assert describe_end("night", "all", steps, "FAILED")["state"] == "failed"


def test_the_same_run_again_trains_nothing_again(run, champion):
    run("price")
    again = run("price")

    messages = {e.step: e.message for e in again if e.kind == "done"}
    assert messages["train_model"] == messages["evaluate"] == "used again"
    assert messages["promote"] == ""


def test_a_run_goes_on_at_the_step_that_failed(run, champion, settings, store):
    trial_fails = settings.home / "store" / "verification-fails"
    trial_fails.touch()
    with pytest.raises(GateError, match="price did not answer"):
        run("price")
    trial_fails.unlink()

    again = run("price")

    trained = [e.message for e in again if (e.step, e.kind) == ("train_model", "done")]
    assert trained == ["used again"]
    assert store.champion() != champion.id


def test_everything_is_computed_where_results_are_not_to_be_used(
    run, champion, settings, monkeypatch
):
    run("price")
    again = run("price", reuse_steps=False)

    assert {event.message for event in again if event.kind == "done"} == {""}


def test_a_run_that_nobody_knows_is_refused_in_a_sentence(store):
    with pytest.raises(ArtifactError, match="the store has no run 'yesterday'"):
        RunRecords(Storage(store.url), "yesterday").request()


def test_other_settings_of_one_model_leave_the_others_as_they_are(run, champion):
    run(*NAMES)
    again = run(*NAMES, config={"price": {"score": 0.8}})

    trained = {
        e.subject: e.message
        for e in again
        if (e.step, e.kind) == ("train_model", "done")
    }
    assert trained.pop("price") == ""
    assert set(trained.values()) == {"used again"}


def test_bad_input_is_a_failure_and_no_refusal(run, tmp_path, records):
    with pytest.raises(InputError):
        run("encoders", path=tmp_path)

    assert records().outcome()["state"] == "failed"
