"""Settings of a model that are chosen on validation rows: in runs of the small world, and alone."""

import json

import pytest

import models
from common.errors import GateError, InputError
from common.metrics import Threshold
from common.progress import ignore_progress
from common.runs.records import RunRecords, runs
from common.settings import Settings
from common.store.release import ReleaseStore
from common.store.storage import Storage
from ingest.ingest import Options
from pipelines.records import Challenger, Trial, describe_trial
from pipelines.training import train_steps
from pipelines.training.process import Context
from pipelines.training.release_steps import admit, publish
from pipelines.training.retrain import choose_settings
from pipelines.training.step_cache import StepCache
from pipelines.training.targets import parse_config
from simulator.source import ingest_synthetic

BAD, ALSO_BAD, GOOD = {"score": 0.3}, {"score": 0.4}, {"score": 0.8}


@pytest.fixture
def records(store):
    """Read the records of the newest run."""
    storage = Storage(store.url)
    return lambda: RunRecords(storage, runs(storage)[-1])


def test_the_first_settings_that_reach_the_floors_are_trained_and_released(
    run, store, records
):
    run("price", config={"price": BAD, "retrain": {"price": [GOOD, {"seed": 5}]}})

    artifact = store.read().models["price"]
    assert store.manifest(artifact).config["score"] == 0.8
    (record,) = records().step("train_model", "price").result
    assert [trial["passed"] for trial in record["trials"]] == [False, True]
    assert record["trials"][0]["metrics"] == {"score": 0.3}
    assert record["trials"][1]["settings"] == "{score: 0.8}"
    assert records().outcome()["state"] == "promoted"


def test_where_no_settings_reach_the_floors_the_champion_stays_and_no_test_row_is_read(
    run, snapshot, champion, store, records
):
    (snapshot / "no-test").touch()

    with pytest.raises(GateError, match="none of 2 settings reached its floors"):
        run("price", config={"price": BAD, "retrain": {"price": [ALSO_BAD]}})

    assert store.champion() == champion.id
    outcome = records().outcome()
    assert outcome["state"] == "refused"
    for score in (0.3, 0.4):
        clause = f"{{score: {score}}}: score {score} (score is {score}; it must be at"
        assert clause in outcome["reasons"][0]


@pytest.fixture
def trained(monkeypatch):
    """List the settings of every training."""
    real, configs = models.train, []

    def train(name, snapshot, encoders, out, config, progress):
        configs.append(config)
        return real(name, snapshot, encoders, out, config, progress)

    monkeypatch.setattr(models, "train", train)
    return configs


def test_a_model_without_changes_is_trained_once(world, trained, context, snapshot):
    data = {"path": str(snapshot), "id": "monday"}

    (record,) = train_steps.train_model(
        context, "price", data, [], '{"price": {"seed": 3}}'
    )

    assert [config.seed for config in trained] == [3]
    assert "trials" not in record


@pytest.fixture
def shop(tunable, quick, monkeypatch):
    """Train prices in a shop whose test rows cannot be read, with a floor out of reach."""
    floor = Threshold("lift", minimum=50.0)
    monkeypatch.setattr("models.price.config.GATE", (floor,))
    store = ReleaseStore(str(tunable / "store"))
    settings = Settings.from_environment({"LISTREC_HOME": str(tunable)})
    manifest = json.loads((tunable / "shop" / "manifest.json").read_text())
    data = {"path": str(tunable / "shop"), "id": manifest["id"]}
    encoders = [Challenger(artifact=name) for name in store.newest("encoders").split()]
    config = {**quick, "retrain": {"price": [{"seed": 1}]}}

    def train():
        cache = StepCache(store, lambda: "code")
        context = Context(settings, store, ignore_progress, cache=cache)
        (record,) = train_steps.train_model(
            context, "price", data, encoders, json.dumps(config)
        )
        return record

    return train


def test_trials_are_measured_on_validation_rows_and_never_open_test_shards(
    shop, trained
):
    record = shop()

    assert not record["passed"]
    assert [config.seed for config in trained] == [0, 1]
    lifts = [trial["metrics"]["lift"] for trial in record["trials"]]
    assert all(0 < lift < 50 for lift in lifts)


def test_trials_of_an_earlier_run_are_not_made_again(shop, trained):
    first = shop()
    trained.clear()

    assert shop() == first
    assert trained == []


def test_with_too_few_rows_for_trials_the_first_settings_are_taken(context, tmp_path):
    shop = ingest_synthetic(
        40, tmp_path / "shop", Options(fractions=(0.8, 0.0, 0.2)), ignore_progress
    )
    notes: list[str] = []
    noted = Context(context.settings, context.store, ignore_progress, notes.append)

    data = {"path": str(shop.path), "id": shop.id}
    sections = {"price": {"seed": 4}, "retrain": {"price": [{"seed": 5}]}}
    choice = choose_settings(noted, "price", data, [], sections)
    assert (choice.config.seed, choice.trials) == (4, [])
    assert "has no validation rows" in notes[0]


LOST = Challenger(
    target="brand", left_out="none reached", passed=False, reasons=["none reached"]
)


def test_force_releases_the_others_with_the_champions_model(
    context, champion, artifact
):
    other = Challenger(target="price", artifact=artifact("price"), passed=True)

    with pytest.raises(GateError, match="brand: none reached"):
        admit(context, [LOST, other], force=False)
    proposal = publish(context, admit(context, [LOST, other], force=True))
    assert proposal["note"] == "with brand of the champion before"


def test_a_trial_is_described_by_its_settings_and_metrics():
    trial = Trial(
        settings="{seed: 1}", metrics={"lift": 1.0}, passed=False, reasons=["too low"]
    )

    assert describe_trial(trial) == "{seed: 1}: lift 1 (too low)"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prices": [{"seed": 1}]}, "there is no model called 'prices'"),
        ({"price": [{"seeds": 1}]}, "price has no setting 'seeds'"),
        ({"price": {"seed": 1}}, "retrain.price is a list of 1 to 10 changes"),
        ({"price": []}, "retrain.price is a list of 1 to 10 changes"),
        ({"price": [{"seed": 1}, {"seed": 1}]}, "the same settings twice: change 2"),
    ],
)
def test_changes_that_make_no_sense_are_refused(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_config(json.dumps({"retrain": changes}))


def test_mlflow_has_the_trials_and_the_metrics_on_validation_rows():
    from pipelines.tracking.runs import _trial_tags, _validation_metrics

    trials = [
        Trial(settings="{}", metrics={"lift": 1.0}, passed=False, reasons=["too low"]),
        Trial(settings="{seed: 1}", metrics={"lift": 1.5}, passed=True, reasons=[]),
    ]
    record = Challenger(trials=trials)
    assert _trial_tags(record)["trial_2"] == "{seed: 1}: lift 1.5"
    assert _validation_metrics(record) == {"validation_lift": 1.5}
