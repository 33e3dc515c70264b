"""What every compiled pipeline must say, read from the files that a cluster gets."""

import pytest
import yaml

from common.errors import InputError
from pipelines.cluster.config import parse_config
from pipelines.training.compile import compile_all

IMAGE = "registry.example/listrec@sha256:" + "0123456789abcdef" * 4
RENDERINGS = ("encoders", "price", "all")
"""One of each shape: graphs of single models differ in a name only."""
TEAM = {
    "team": "kids",
    "default": {"node_selector": {"pool": "small"}},
    "steps": {
        "train_model": {
            "gpu": {"count": 2},
            "tolerations": [{"key": "gpu", "operator": "Exists"}],
        }
    },
    "targets": {"price": {"memory": "64Gi", "timeout": "20h", "retries": 5}},
    "secrets": {"store": {"AWS_SECRET_ACCESS_KEY": "secret-key"}},
    "annotations": {"cost-centre": "17"},
}


def compile_everything(out):
    config = parse_config(TEAM, "team.yaml")
    return compile_all(
        RENDERINGS, out, IMAGE, {"LISTREC_STORE": "s3://shop/{team}"}, config
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The file of each rendering."""
    return compile_everything(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def compiled(files):
    """The two documents of each rendering: Kubeflow's graph, and what Kubernetes adds."""
    return {
        path.stem.removeprefix("train-"): list(
            yaml.load_all(path.read_text(), yaml.CSafeLoader)
        )
        for path in files
    }


def tasks(spec):
    """Every task with the executor that it runs in, or none where it is a graph."""
    graphs = [spec["root"]["dag"]]
    graphs += [c["dag"] for c in spec["components"].values() if "dag" in c]
    for graph in graphs:
        for name, task in graph["tasks"].items():
            component = spec["components"][task["componentRef"]["name"]]
            yield name, task, component.get("executorLabel")


def executors(documents):
    """What the pods of every executor get: from Kubeflow's document and from Kubernetes'."""
    spec, platform = documents
    added = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    for label, executor in spec["deploymentSpec"]["executors"].items():
        yield label, executor["container"], added[label]


def test_every_shape_compiles_to_the_same_bytes_each_time(files, tmp_path):
    again = compile_everything(tmp_path)

    assert [path.name for path in files] == [
        f"train-{name}.yaml" for name in RENDERINGS
    ]
    assert [p.read_bytes() for p in files] == [p.read_bytes() for p in again]


@pytest.mark.parametrize("name", RENDERINGS)
def test_no_step_is_cached_by_kubeflow(compiled, name):
    for _, task, executor in tasks(compiled[name][0]):
        options = task.get("cachingOptions", {})
        assert executor is None or not options.get("enableCache")


@pytest.mark.parametrize("name", RENDERINGS)
def test_steps_are_tried_again_and_graphs_never(compiled, name):
    never = ("check-snapshot", "admit", "verify")
    for task_name, task, executor in tasks(compiled[name][0]):
        has_retries = executor is not None and task_name not in never
        assert ("retryPolicy" in task) == has_retries, task_name


@pytest.mark.parametrize("name", RENDERINGS)
def test_every_step_has_resources_a_time_limit_an_image_and_labels(compiled, name):
    for _, container, added in executors(compiled[name]):
        assert container["image"] == IMAGE
        assert {"name": "LISTREC_IMAGE", "value": IMAGE} in container["env"]
        assert {"name": "LISTREC_TEAM", "value": "kids"} in container["env"]
        limits = container["resources"]
        assert limits["resourceMemoryRequest"] == limits["resourceMemoryLimit"]
        assert limits["resourceCpuRequest"]
        assert int(added["activeDeadlineSeconds"]) > 0
        assert set(added["podMetadata"]["labels"]) == {"app", "team", "target", "step"}
        assert added["podMetadata"]["annotations"] == {"cost-centre": "17"}
        assert added["nodeSelector"]["labels"] == {"pool": "small"}


@pytest.mark.parametrize("name", RENDERINGS)
def test_secrets_come_from_kubernetes(compiled, name):
    for _, _, added in executors(compiled[name]):
        (secret,) = added["secretAsEnv"]
        assert secret["secretName"] == "store"
        keys = [{"envVar": "AWS_SECRET_ACCESS_KEY", "secretKey": "secret-key"}]
        assert secret["keyToEnv"] == keys


@pytest.mark.parametrize("name", RENDERINGS)
def test_the_exit_handler_watches_over_every_other_step(compiled, name):
    root = compiled[name][0]["root"]["dag"]["tasks"]

    assert set(root) == {"exit-handler-1", "finish"}
    assert root["finish"]["dependentTasks"] == ["exit-handler-1"]
    strategy = root["finish"]["triggerPolicy"]["strategy"]
    assert strategy == "ALL_UPSTREAM_TASKS_COMPLETED"


@pytest.mark.parametrize("name", RENDERINGS)
def test_a_run_needs_no_path_and_no_volume(compiled, name):
    spec, _ = compiled[name]
    snapshot = spec["root"]["inputDefinitions"]["parameters"]["snapshot"]

    assert snapshot["defaultValue"] == ""
    for _, _, added in executors(compiled[name]):
        assert not {"pvcMount", "hostPathMount", "emptyDirMounts"} & set(added)


def test_a_target_has_its_own_resources_where_it_is_trained(compiled):
    spec, platform = compiled["all"]
    by_label = {
        label: (container, added)
        for label, container, added in executors(compiled["all"])
    }
    ours = [
        (task, *by_label[executor])
        for name, task, executor in tasks(spec)
        if name.startswith("train-model")
    ]

    def of(target):
        return next(
            o for o in ours if o[2]["podMetadata"]["labels"]["target"] == target
        )

    task, container, added = of("price")
    assert container["resources"]["resourceMemoryLimit"] == "64Gi"
    assert container["resources"]["accelerator"]["resourceCount"] == "2"
    assert container["resources"]["accelerator"]["resourceType"] == "nvidia.com/gpu"
    assert {"name": "LISTREC_GPUS", "value": "2"} in container["env"]
    assert added["activeDeadlineSeconds"] == "72000"
    assert added["tolerations"] == [{"key": "gpu", "operator": "Exists"}]
    assert task["retryPolicy"]["maxRetryCount"] == 5
    assert of("brand")[1]["resources"]["resourceMemoryLimit"] == "16Gi"


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        ("listrec", "has no digest"),
        ("listrec:1.0", "has no digest"),
        ("listrec:latest", "has the tag latest"),
        ("listrec:latest@sha256:" + "0" * 64, "has the tag latest"),
        ("listrec@sha256:abc", "has no digest"),
    ],
)
def test_an_image_without_a_digest_is_refused(tmp_path, image, sentence):
    with pytest.raises(InputError, match=sentence):
        compile_all(["price"], tmp_path, image)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "DB_PASSWORD",
        "SLACK_WEBHOOK",
        "SENTRY_DSN",
        "API_KEY",
        "api_token",
    ],
)
def test_a_secret_in_the_environment_is_refused_and_not_repeated(tmp_path, name):
    with pytest.raises(InputError, match="looks like a secret") as caught:
        compile_all(["price"], tmp_path, IMAGE, {name: "planted-8c1f"})

    assert "planted-8c1f" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_address_with_a_password_is_refused(tmp_path):
    address = "postgresql://me:planted-8c1f@db/mlflow"
    with pytest.raises(InputError, match="section secrets of --resources") as caught:
        compile_all(["price"], tmp_path, IMAGE, {"MLFLOW_TRACKING_URI": address})

    assert "planted-8c1f" not in str(caught.value)


def test_no_secret_of_this_machine_is_in_a_compiled_file(tmp_path, monkeypatch):
    for name in ("AWS_SECRET_ACCESS_KEY", "LISTREC_KUBEFLOW_TOKEN", "SLACK_WEBHOOK"):
        monkeypatch.setenv(name, "planted-8c1f")
    config = parse_config(TEAM, "team.yaml")
    (path,) = compile_all(["all"], tmp_path, IMAGE, {"LISTREC_STORE": "s3://a"}, config)

    assert "planted-8c1f" not in path.read_text()
