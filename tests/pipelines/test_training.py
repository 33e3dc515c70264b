import os

import pytest

from common.errors import ArtifactError, GateError, InputError, ListrecError
from models import NAMES
from pipelines.targets import TARGETS

LOW = {"score": 0.1}


def results(events, step):
    return [event.result for event in events if event.kind == "done" and event.step == step]


def test_training_all_releases_everything_in_the_order_of_the_graph(run, store):
    events = run(*TARGETS)

    done = [(event.step, event.subject) for event in events if event.kind == "done"]
    assert [subject for step, subject in done if step == "train_model"] == list(NAMES)
    assert [step for step, _ in done][-4:] == ["admit", "publish", "verify", "promote"]
    release = store.read()
    assert set(release.models) == set(NAMES)
    assert store.card(release.models["price"]).startswith("# price")


def test_one_model_alone_shares_the_rest_with_the_champion(run, store, monkeypatch, tracked):
    from pipelines.tracking import open_client

    run(*TARGETS)
    before = store.read()
    monkeypatch.setenv("REAL_MLFLOW", "1")

    run("price", config={"price": {"seed": 7}})

    after = store.read()
    assert after.encoders == before.encoders
    changed = {name for name in after.models if after.models[name] != before.models[name]}
    assert changed == {"price"}
    client = open_client(tracked)
    version = client.get_model_version_by_alias("listing-price", "champion")
    assert version.tags["artifact_id"] == after.models["price"]
    assert client.get_run(version.run_id).data.tags["release"] == after.id


def test_a_missed_gate_leaves_the_champion_where_it_was(run, store):
    run(*TARGETS)
    before = store.champion()

    with pytest.raises(GateError, match=r"brand: score is 0\.1; it must be at least 0\.5"):
        run("brand", "price", config={"brand": LOW, "price": {"seed": 7}})

    assert store.champion() == before
    assert store.releases() == [before]


def test_force_releases_what_missed_its_gate(run, store):
    run(*TARGETS, config={"brand": LOW}, force=True)

    assert store.champion()


def test_the_first_model_alone_is_registered_and_told_what_is_missing(run, store):
    run("encoders")

    events = run("price")

    (proposal,) = results(events, "promote")
    assert "category and brand and shipping" in proposal["note"]
    assert store.champion() is None
    assert store.newest("price")


def test_models_trained_one_after_the_other_become_a_release(run, store):
    run("encoders")
    run("category", "brand")
    run("price", "shipping")

    assert store.champion()


def test_named_encoders_are_used_instead_of_the_champions(run, store):
    run(*TARGETS)
    run("encoders", config={"encoders": {"seed": 9}})
    other = store.newest("encoders")

    run("price", encoders=other)

    assert other in store.read().encoders


def test_a_release_that_fails_its_trial_is_not_promoted(run, settings, store):
    os.makedirs(settings.store)
    with open(os.path.join(settings.store, "trial-fails"), "w"):
        pass

    with pytest.raises(GateError, match="price did not answer"):
        run(*TARGETS)

    assert store.champion() is None


def test_models_without_any_encoder_are_refused_in_a_sentence(run):
    with pytest.raises(ArtifactError, match="listrec train encoders"):
        run("price")


def test_a_folder_that_is_no_snapshot_is_refused_in_a_sentence(run, tmp_path):
    with pytest.raises(InputError, match="is no snapshot"):
        run("encoders", path=tmp_path)


def test_a_crash_in_a_step_is_told_as_a_bug_with_the_log(run, settings):
    with pytest.raises(ListrecError, match="the loss exploded") as caught:
        run("encoders", config={"encoders": {"crash": True}})

    (log,) = (settings.home / "logs").iterdir()
    assert str(log) in str(caught.value)
    assert "ZeroDivisionError" in log.read_text()


def test_progress_of_a_step_arrives_while_it_is_reported(run):
    events = run("encoders")

    assert ("train_encoder", "epoch 1", 0.5) in [
        (event.step, event.message, event.fraction) for event in events if event.kind == "progress"
    ]


def test_nothing_is_written_into_the_working_folder(run, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    run("encoders")

    assert list((tmp_path / "elsewhere").iterdir()) == []
