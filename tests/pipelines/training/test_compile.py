import pytest
import yaml

from models import NAMES
from pipelines.training import graph as training
from pipelines.training.compile import compile_all
from pipelines.training.targets import TARGETS

IMAGE = "shop/listrec@sha256:" + "0" * 64


def tasks(targets, **options):
    dag = handled(training.render(targets, **options).pipeline_spec)
    return {name: set(task.dependent_tasks) for name, task in dag.tasks.items()}


def handled(spec):
    """What the exit handler of a pipeline watches over."""
    return spec.components["comp-exit-handler-1"].dag


def test_encoders_are_trained_gated_and_registered_but_not_released():
    assert tasks(("encoders",)) == {
        "check-snapshot": set(),
        "train-encoders": {"check-snapshot"},
        "evaluate": {"check-snapshot", "train-encoders"},
        "check-gates": {"evaluate"},
        "register": {"check-snapshot", "check-gates"},
        "admit": {"register"},
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_released_only_after_its_gate_and_its_verification(name):
    assert tasks((name,)) == {
        "check-snapshot": set(),
        "choose-encoders": set(),
        "train-model": {"check-snapshot", "choose-encoders"},
        "evaluate": {"check-snapshot", "train-model"},
        "check-gates": {"evaluate"},
        "register": {"check-snapshot", "check-gates"},
        "admit": {"register"},
        "publish": {"admit"},
        "verify": {"publish"},
        "promote": {"verify"},
    }


def test_all_models_are_trained_on_the_new_encoders_side_by_side_on_a_cluster():
    graph = tasks(TARGETS)

    trained = [needs for name, needs in graph.items() if name.startswith("train-model")]
    assert trained == [{"check-snapshot", "train-encoders"}] * len(NAMES)
    assert len([name for name in graph if name in ("admit", "publish", "promote")]) == 3


def test_one_machine_trains_one_target_after_the_other():
    graph = tasks(TARGETS, in_turn=True)

    assert "check-gates" in graph["train-model"]
    assert "check-gates-2" in graph["train-model-2"]


def test_image_and_environment_are_those_asked_for(tmp_path):
    (path,) = compile_all(["price"], tmp_path, IMAGE, {"LISTREC_STORE": "s3://shop"})

    spec = next(yaml.safe_load_all(path.read_text()))
    executors = spec["deploymentSpec"]["executors"].values()
    assert {executor["container"]["image"] for executor in executors} == {IMAGE}
    assert all(
        executor["container"]["env"]
        == [
            {"name": "LISTREC_IMAGE", "value": IMAGE},
            {"name": "LISTREC_STORE", "value": "s3://shop"},
        ]
        for executor in executors
    )


@pytest.mark.parametrize("targets", [("encoders",), ("price",), TARGETS])
def test_kubeflow_caches_no_step(targets):
    spec = training.render(targets).pipeline_spec

    every = [*handled(spec).tasks.values(), *spec.root.dag.tasks.values()]
    cached = [
        task.task_info.name
        for task in every
        if task.caching_options.enable_cache
        and not task.component_ref.name.startswith("comp-exit-handler")
    ]
    assert cached == []


def test_the_run_is_finished_whatever_became_of_its_steps():
    spec = training.render(("price",)).pipeline_spec

    finish = spec.root.dag.tasks["finish"]
    assert finish.trigger_policy.strategy == 2  # ALL_UPSTREAM_TASKS_COMPLETED
    assert set(finish.dependent_tasks) == {"exit-handler-1"}


def test_the_name_of_a_run_on_a_cluster_is_that_of_kubeflows_job():
    dag = handled(training.render(("price",)).pipeline_spec)

    names = {
        task.inputs.parameters["run"].runtime_value.constant.string_value
        for task in dag.tasks.values()
    }
    assert names == {"{{$.pipeline_job_name}}"}
