"""The search of settings on a tiny synthetic shop, with the real trainer, Optuna and mlflow."""

import math
from typing import Any

import pytest
import yaml

import models
from cli.main import main
from common.errors import ArtifactError, InputError
from common.metrics import Threshold
from common.progress import ignore_progress
from common.settings import Settings
from pipelines.tracking.client import open_client
from pipelines.training import targets
from pipelines.tuning.objectives import objective
from pipelines.tuning.request import TuneRequest
from pipelines.tuning.tune import tune


@pytest.fixture
def search(tunable, quick, tmp_path):
    """Search settings of the price model until there are so many trials."""

    def start(trials, **options):
        settings = Settings.from_environment({"LISTREC_HOME": str(tunable)})
        wanted = {"config": quick, "out": tmp_path / "best.yaml", **options}
        name = wanted.pop("name", "price")
        snapshot = wanted.pop("snapshot", tunable / "shop")
        request = TuneRequest(name, snapshot, trials=trials, **wanted)
        return tune(settings, request, ignore_progress)

    return start


def test_the_best_is_never_worse_than_where_the_search_began(search):
    tuned = search(3)
    values = [trial.value for trial in tuned.best]
    assert (tuned.trials, len(values), tuned.failed) == (3, 3, [])
    assert values == sorted(values)
    assert values[0] <= tuned.first
    assert 0 in [trial.number for trial in tuned.best]
    assert math.isclose(sum(tuned.importances.values()), 1.0)
    assert "<svg" in tuned.plot.read_text(encoding="utf-8")


def test_what_is_written_is_what_training_takes(search, quick):
    kept = {"brand": {"seed": 3}}
    tuned = search(2, config={**quick, **kept})
    parsed = targets.parse_config(tuned.settings.read_text(encoding="utf-8"))
    assert parsed["brand"] == kept["brand"]
    config: Any = models.config("price", parsed["price"])
    best = tuned.best[0].params
    assert config.ngrams.width == best["ngrams.width"]
    assert config.boosted_trees.learning_rate == pytest.approx(
        best["boosted_trees.learning_rate"], rel=0.01
    )


def test_a_search_goes_on_where_it_stopped(search, tunable):
    first = search(2)
    resumed = search(3)
    assert resumed.study == first.study
    assert resumed.trials == 3
    assert {trial.number for trial in resumed.best} == {0, 1, 2}
    assert search(2).trials == 3
    assert not (tunable / "cache" / "tuning" / first.study).exists()


def test_other_settings_to_begin_with_are_another_search(search, quick):
    other = {"price": {**quick["price"], "ngrams": {"epochs": 0.6}}}
    assert search(1).study != search(1, config=other).study


def test_the_same_seed_tries_the_same(search, tunable):
    first = search(2, seed=4)
    (tunable / "studies.db").unlink()
    repeated = search(2, seed=4)
    assert [trial.params for trial in repeated.best] == [
        trial.params for trial in first.best
    ]
    assert [trial.value for trial in repeated.best] == [
        trial.value for trial in first.best
    ]


def test_mlflow_nests_the_trials_in_one_run(search, tunable):
    search(1)
    tuned = search(2)
    client = open_client(Settings.from_environment({"LISTREC_HOME": str(tunable)}))
    experiment = client.get_experiment_by_name("listrec/tune-price").experiment_id
    runs = {run.info.run_name: run for run in client.search_runs([experiment])}
    assert set(runs) == {"tune price", "trial 0", "trial 1"}
    parent = runs["tune price"]
    for name in ("trial 0", "trial 1"):
        assert runs[name].data.tags["mlflow.parentRunId"] == parent.info.run_id
        assert runs[name].data.tags["state"] == "complete"
        assert {"rmsle", "warm_rmsle"} <= set(runs[name].data.metrics)
    assert float(runs["trial 0"].data.params["ngrams.epochs"]) == 0.5
    assert parent.info.status == "FINISHED"
    assert parent.data.metrics["rmsle"] == pytest.approx(tuned.best[0].value)
    kept = {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert kept == {"best.yaml", "best.svg"}


def test_without_time_for_a_trial_the_search_says_so(search, tmp_path):
    with pytest.raises(
        InputError, match=r"no trial was done in 1e-09 seconds: give more"
    ):
        search(2, timeout=1e-9)
    assert not (tmp_path / "best.yaml").exists()


def test_settings_that_cannot_be_trained_end_the_search_at_once(search, monkeypatch):
    def explode(*arguments):
        raise ZeroDivisionError("the loss exploded")

    monkeypatch.setattr(models, "train", explode)
    with pytest.raises(ZeroDivisionError):
        search(2)


def test_a_trial_that_fails_is_left_behind(search, monkeypatch):
    real, calls = models.train, []

    def sometimes(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise MemoryError("too wide")
        return real(*arguments)

    monkeypatch.setattr(models, "train", sometimes)
    tuned = search(2)
    assert tuned.trials == 2
    assert tuned.failed == ["trial 1 failed (MemoryError: too wide)"]


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        (
            {"name": "prize"},
            InputError,
            "no model called 'prize'; there are category, brand",
        ),
        ({"name": "encoders"}, InputError, "encoders cannot be tuned by themselves"),
        ({"encoders": "0123456789abcdef"}, ArtifactError, "0123456789abcdef"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_sentence(
    search, options, kind, sentence
):
    with pytest.raises(kind, match=sentence):
        search(1, **options)


def test_paths_that_lead_nowhere_are_refused_before_anything_is_tried(
    search, tunable, tmp_path
):
    with pytest.raises(InputError, match="there is no snapshot at"):
        search(1, snapshot=tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"best.yaml is in no folder that exists"):
        search(1, out=tmp_path / "nowhere" / "best.yaml")
    with pytest.raises(InputError, match="is a folder"):
        search(1, out=tmp_path)
    assert not (tunable / "studies.db").exists()


def test_a_fifth_model_is_tuned_for_what_its_gate_asks(monkeypatch):
    monkeypatch.setattr("models.NAMES", (*models.NAMES, "condition"))
    for threshold, direction in (
        (Threshold("lift", minimum=1.1), "maximize"),
        (Threshold("error", maximum=0.2), "minimize"),
    ):
        monkeypatch.setattr(models, "gate", lambda name, gate=threshold: (gate,))
        assert objective("condition") == (threshold.metric, direction)


def test_the_command_ends_with_the_best_trials_and_what_to_do_next(
    tunable, quick, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("LISTREC_HOME", str(tunable))
    (tmp_path / "quick.yaml").write_text(yaml.safe_dump(quick))
    words = [
        "--snapshot",
        str(tunable / "shop"),
        "--trials",
        "2",
        "--out",
        str(tmp_path / "p.yaml"),
    ]
    assert (
        main(["tune", "price", *words, "--config", str(tmp_path / "quick.yaml")]) == 0
    )
    out = capsys.readouterr().out
    assert "rmsle" in out
    assert "Of 2 trials" in out
    assert (
        f"listrec train price --snapshot {tunable / 'shop'} --config {tmp_path / 'p.yaml'}"
        in out
    )
