"""The monitoring pipeline compiles, and its step monitors and submits a run."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from cli.main import main
from common import monitoring_record
from common.child_processes import python_environment
from common.errors import InputError
from common.settings import Settings
from common.store.storage import Storage
from pipelines.cluster.config import parse_config
from pipelines.monitoring import step
from pipelines.monitoring.compile import compile_monitoring, is_monitoring
from pipelines.monitoring.run_starts import last_start
from tests.pipelines.cluster.kubeflow import serve

IMAGE = "registry.example/listrec@sha256:" + "0" * 64
STORE = {"LISTREC_STORE": "s3://shop/{team}"}
TEAM = {
    "team": "kids",
    "steps": {"monitor": {"memory": "8Gi"}, "train_model": {"gpu": {"count": 2}}},
    "targets": {"price": {"memory": "64Gi", "timeout": "20h"}},
    "secrets": {"events": {"LISTREC_EVENTS": "url"}},
    "annotations": {"cost-centre": "17"},
}
CLUSTER = parse_config(TEAM, "team.yaml")
TRAINING = {"image": IMAGE, "environment": STORE, "cluster": CLUSTER.values()}
CONFIG = '{"ingest": {"sources": ["outcomes"], "days": 90}}'


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The two documents of the compiled pipeline."""
    out = tmp_path_factory.mktemp("compiled")
    path = compile_monitoring(out, IMAGE, STORE, CLUSTER)
    assert path.name == "monitor.yaml"
    return list(yaml.safe_load_all(path.read_text("utf-8")))


@pytest.fixture
def shop(seven_days, settings, monkeypatch):
    """The environment of a pod in a shop with a reason to retrain; returns the settings."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("LISTREC_HOME", str(settings.home))
    monkeypatch.setenv("LISTREC_EVENTS", f"sqlite:///{seven_days}")
    return Settings.from_environment(os.environ)


@pytest.fixture
def kubeflow():
    with serve() as (stub, host):
        stub.host = host
        yield stub


def test_the_step_has_the_image_resources_secrets_and_labels_of_the_team(compiled):
    spec, platform = compiled
    [container] = [e["container"] for e in spec["deploymentSpec"]["executors"].values()]
    executors = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    [added] = executors.values()
    assert container["image"] == IMAGE
    variables = {each["name"]: each["value"] for each in container["env"]}
    assert variables == STORE | {"LISTREC_IMAGE": IMAGE, "LISTREC_TEAM": "kids"}
    assert container["resources"]["resourceMemoryLimit"] == "8Gi"
    assert added["activeDeadlineSeconds"] == "3600"
    assert added["secretAsEnv"][0]["secretName"] == "events"
    assert added["podMetadata"]["labels"]["step"] == "monitor"
    assert added["podMetadata"]["annotations"] == {"cost-centre": "17"}


def test_the_step_is_not_cached_and_is_tried_again(compiled):
    [task] = compiled[0]["root"]["dag"]["tasks"].values()
    assert not task["cachingOptions"].get("enableCache")
    assert task["retryPolicy"]["maxRetryCount"] == 2


def test_a_training_run_gets_the_same_configuration(compiled):
    [task] = compiled[0]["root"]["dag"]["tasks"].values()
    given = json.loads(constants(task)["training"])
    assert given == TRAINING
    assert parse_config(given["cluster"], "here") == CLUSTER


def test_a_secret_and_an_image_without_a_digest_are_refused(tmp_path):
    with pytest.raises(InputError, match="looks like a secret"):
        compile_monitoring(tmp_path, IMAGE, {"LISTREC_SLACK_WEBHOOK": "https://x"})
    with pytest.raises(InputError, match="has no digest"):
        compile_monitoring(tmp_path, "listrec")
    assert list(tmp_path.iterdir()) == []


def test_it_is_compiled_with_the_others_and_is_none_of_them(tmp_path):
    words = ["price", "monitor", "--image", IMAGE, "--out", str(tmp_path)]
    assert main(["pipelines", "compile", *words]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["monitor.yaml", "train-price.yaml"]
    with pytest.raises(InputError, match="a pipeline of its own"):
        is_monitoring(["monitor", "price"])


def test_a_reason_submits_the_training_run(shop, kubeflow, capsys):
    assert step.run(shop, CONFIG, kubeflow.host, TRAINING) == "run-0"

    [run], [experiment] = kubeflow.runs, kubeflow.experiments
    assert experiment["display_name"] == "kids"
    assert run["runtime_config"]["parameters"]["config"] == CONFIG
    spec = run["pipeline_spec"]["pipeline_spec"]
    assert spec["pipelineInfo"]["name"] == "train-all"
    executors = spec["deploymentSpec"]["executors"].values()
    assert {each["container"]["image"] for each in executors} == {IMAGE}
    assert monitoring_record.read(Storage(shop.store)).started
    assert "The models should be retrained." in capsys.readouterr().out


@pytest.mark.slow
def test_without_a_host_what_was_found_is_kept_and_nothing_is_started(shop):
    storage = Storage(shop.store)
    assert step.run(shop, "{}", "", TRAINING) is None
    assert not monitoring_record.read(storage).started
    assert last_start(storage) is None


def test_bad_settings_end_the_step_with_a_sentence(shop, capsys):
    words = ["--config", "monitor: {dayz: 3}", "--training", json.dumps(TRAINING)]
    assert step.main(words) == 2
    assert "monitor has no setting 'dayz'" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_of_the_compiled_step_starts_one_run_in_a_cooldown(
    compiled, shop, kubeflow
):
    command = command_of(compiled[0], {"config": CONFIG, "host": kubeflow.host})
    variables = os.environ | python_environment(os.environ)
    for _ in range(2):
        subprocess.run(command, env=variables, check=True)
    assert len(kubeflow.runs) == 1
    assert monitoring_record.read(Storage(shop.store)).reasons


def constants(task):
    """What the compiler has given to a task."""
    given = task["inputs"]["parameters"].items()
    values = {name: each.get("runtimeValue") for name, each in given}
    return {name: value["constant"] for name, value in values.items() if value}


def command_of(spec, arguments):
    """The command of the only step, with arguments in the places that Kubeflow fills in."""
    [task] = spec["root"]["dag"]["tasks"].values()
    [executor] = spec["deploymentSpec"]["executors"].values()
    container, values = executor["container"], arguments | constants(task)
    places = {f"{{{{$.inputs.parameters['{name}']}}}}": v for name, v in values.items()}
    program, *command = container["command"]
    assert program == "python"
    words = [places.get(word, word) for word in container["args"]]
    return [sys.executable, *command, *words]
