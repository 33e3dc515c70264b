import sys
from pathlib import Path
from typing import Any

import pytest

from common.errors import GateError, InputError, ListrecError, UnavailableError
from models import NAMES
from pipelines.training import evaluate_steps
from pipelines.training.targets import TARGETS


def test_training_all_releases_everything_in_the_order_of_the_graph(run, store):
    events = run(*TARGETS)

    done = [(event.step, event.subject) for event in events if event.kind == "done"]
    assert [subject for step, subject in done if step == "train_model"] == list(NAMES)
    last = [step for step, _ in done][-5:]
    assert last == ["admit", "publish", "verify", "promote", "finish"]
    release = store.read()
    assert set(release.models) == set(NAMES)
    assert store.card(release.models["price"]).startswith("# price")


def test_one_model_alone_shares_the_rest_with_the_champion(run, champion, store):
    run("price")

    release = store.read()
    changed = {name for name in NAMES if release.models[name] != champion.models[name]}
    assert changed == {"price"}
    assert release.encoders == champion.encoders


@pytest.mark.slow
def test_the_steps_register_and_release_in_mlflow(run, champion, tracked, store):
    from pipelines.tracking.client import open_client

    run("price", real_mlflow=True)

    release = store.read()
    client = open_client(tracked)
    version = client.get_model_version_by_alias("listing-price", "champion")
    assert version.tags["artifact_id"] == release.models["price"]
    assert client.get_run(version.run_id).data.tags["release"] == release.id


def test_a_missed_gate_leaves_the_champion_where_it_was(run, champion, store):
    with pytest.raises(
        GateError, match=r"brand: score is 0\.1; it must be at least 0\.5"
    ):
        run("brand", config={"brand": {"score": 0.1}})

    assert store.champion() == champion.id
    assert store.releases() == [champion.id]
    assert store.newest("brand") is None


def test_encoders_alone_are_remembered_for_the_next_run(
    run, store, tmp_path, monkeypatch
):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    events = run("encoders")

    (trained,) = [
        event.result for event in events if (event.step, event.kind) == TRAINED
    ]
    assert [challenger["target"] for challenger in trained] == ["encoder-text"]
    assert store.newest("encoders") == trained[0]["artifact"]
    progress = [
        (event.message, event.fraction) for event in events if event.kind == "progress"
    ]
    assert ("text: epoch 1", 0.5) in progress
    assert list((tmp_path / "elsewhere").iterdir()) == []


TRAINED = ("train_encoders", "done")


def test_an_encoder_of_what_no_row_has_is_left_out_in_a_sentence(run):
    notes = [event.message for event in run("encoders") if event.kind == "note"]

    assert notes == ["encoder photo is left out: no row of the snapshot has a photo"]


def test_where_no_row_has_what_an_encoder_reads_models_are_released_without_one(
    run, store
):
    of_photos = {"text": {"modality": "photo"}}
    run("encoders", "price", config={"encoders": of_photos})

    release = store.read()
    assert (list(release.encoders), list(release.models)) == ([], ["price"])


def test_models_are_trained_on_all_the_encoders_of_a_run(run, store, snapshot):
    (snapshot / "photos").touch()

    run("encoders", "price")

    release = store.read()
    assert len(release.encoders) == 2
    manifest = store.manifest(release.models["price"])
    assert sorted(manifest.encoders) == sorted(release.encoders)
    assert store.newest("encoders").split() == list(manifest.encoders)


def test_one_encoder_that_misses_its_gate_keeps_the_whole_set_from_being_used(
    run, store, snapshot
):
    (snapshot / "photos").touch()

    with pytest.raises(
        GateError, match=r"encoder-photo: score is 0\.1; it must be at least 0\.5"
    ):
        run("encoders", config={"encoders": {"photo": {"score": 0.1}}})

    assert store.newest("encoders") is None


def test_a_folder_that_is_no_snapshot_is_refused_in_a_sentence(run, tmp_path):
    with pytest.raises(InputError, match="is no snapshot"):
        run("encoders", path=tmp_path)


def test_a_crash_in_a_step_is_told_as_a_bug_with_the_log(run, settings):
    with pytest.raises(ListrecError, match="the loss exploded") as caught:
        run("encoders", config={"encoders": {"text": {"crash": True}}})

    (log,) = (settings.home / "logs").iterdir()
    assert str(log) in str(caught.value)
    assert "ZeroDivisionError" in log.read_text()


def test_a_metric_that_is_not_a_number_is_left_out_since_kubeflow_cannot_carry_it(
    world, context, artifact, snapshot
):
    challenger: Any = {"target": "price", "artifact": artifact("price", content="nan")}

    (measured,) = evaluate_steps.evaluate(
        context, [challenger], {"path": str(snapshot), "id": "monday"}
    )
    (judged,) = evaluate_steps.check_gates(context, [measured], [])
    assert measured["metrics"] == {}
    assert judged["reasons"] == []
    assert judged["undecided"] == [
        "0 test rows cannot decide about score, which should be at least 0.5"
    ]


def test_the_steps_run_in_a_project_with_files_of_our_names(
    run, store, tmp_path, monkeypatch
):
    project = tmp_path / "my python3 project"
    for folder in ("models", "pipelines"):
        (project / folder).mkdir(parents=True)
        (project / folder / "__init__.py").write_text("raise SystemExit('models')")
    for name in ("common.py", "json.py", "torch.py", "kfp.py"):
        (project / name).write_text("raise SystemExit('the wrong file')")
    monkeypatch.chdir(project)
    environment = project / "my venv's"
    environment.symlink_to(Path(sys.prefix), target_is_directory=True)
    monkeypatch.setattr(sys, "executable", str(environment / "bin" / "python"))

    run("encoders")

    assert store.newest("encoders")


def test_nothing_is_trained_when_mlflow_does_not_answer(run, store):
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9 does not answer"):
        run("encoders", mlflow="http://127.0.0.1:9")

    assert not Path(store.url, "artifacts").exists()


BARREN = {"brand": {"barren": True}}


def test_a_model_that_cannot_be_trained_is_left_out_and_the_others_are_released(
    run, store
):
    events = run("encoders", "brand", "price", config=BARREN)

    notes = [event.message for event in events if event.kind == "note"]
    assert (
        "brand is left out: the brand model needs rows of two kinds: all say 'Women'"
        in notes
    )
    assert set(store.read().models) == {"price"}
    proposal = _proposal(events)
    assert "without brand, which this snapshot has nothing to teach" in proposal["note"]


def test_a_model_that_is_left_out_is_the_champions_with_its_own_encoders(
    run, store, champion
):
    events = run("encoders", "brand", "price", config=BARREN)

    release = store.read()
    assert release.models["brand"] == champion.models["brand"]
    assert release.models["price"] != champion.models["price"]
    assert set(champion.encoders) < set(release.encoders)
    assert _proposal(events)["note"] == "with brand of the champion before"


def test_encoders_survive_a_snapshot_that_can_teach_no_model(run, store):
    with pytest.raises(InputError, match=r"no model can be trained.*all say 'Women'"):
        run("encoders", "brand", config=BARREN)

    assert store.newest("encoders")
    assert store.champion() is None


def test_an_encoder_that_cannot_be_trained_is_left_out_too(run, store, snapshot):
    (snapshot / "photos").touch()

    run("encoders", config={"encoders": {"photo": {"barren": True}}})

    assert len(store.newest("encoders").split()) == 1


def _proposal(events):
    """What the last step but one, which promotes, returned."""
    (promoted,) = [e for e in events if (e.step, e.kind) == ("promote", "done")]
    return promoted.result
