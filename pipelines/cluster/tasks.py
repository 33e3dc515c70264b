"""Puts resources, retries, secrets and labels on a task of the graph."""

from __future__ import annotations

from typing import Any

from kfp import kubernetes

from common.settings import GPUS
from pipelines.cluster.config import ClusterConfig
from pipelines.cluster.secrets import Secret
from pipelines.training.resources import StepResources

APP = "listing-recommender"


def configure_task(config: ClusterConfig, task: Any, step: str, target: str) -> None:
    """Give a task what the configuration says of its step and target.

    The labels ``app``, ``team``, ``target`` and ``step`` are those by which Kubecost and OpenCost
    divide costs. The run is not among them: Kubeflow labels every pod with ``pipeline/runid``, and
    replaces no placeholder in a label.
    """
    resources = config.resources.of(step, target)
    _set_resources(task, resources)
    _set_placement(task, resources)
    for secret in config.secrets:
        _add_secret(task, secret)

    labels = {"app": APP, "step": step, "target": target, "team": config.team}
    for name, value in {**config.labels, **labels}.items():
        if value:
            kubernetes.add_pod_label(task, name, value)
    for name, value in config.annotations.items():
        kubernetes.add_pod_annotation(task, name, value)


def _set_resources(task: Any, resources: StepResources) -> None:
    # Processors may be borrowed from idle neighbours; memory may not.
    task.set_cpu_request(resources.cpu)
    task.set_memory_request(resources.memory)
    task.set_memory_limit(resources.memory)
    if resources.gpu:
        task.set_accelerator_type(resources.gpu.type)
        task.set_accelerator_limit(resources.gpu.count)
        # What a container sees may be all GPUs of its node: it is told how many it has reserved.
        task.set_env_variable(GPUS, str(resources.gpu.count))

    kubernetes.set_timeout(task, resources.timeout_seconds)
    if resources.retries:
        task.set_retry(
            resources.retries,
            backoff_duration=resources.backoff,
            backoff_factor=2.0,
            backoff_max_duration=resources.max_backoff,
        )


def _set_placement(task: Any, resources: StepResources) -> None:
    for name, value in resources.node_selector.items():
        kubernetes.add_node_selector(task, name, value)
    for toleration in resources.tolerations:
        kubernetes.add_toleration(task, **toleration)


def _add_secret(task: Any, secret: Secret) -> None:
    for variable, key in secret.variables.items():
        kubernetes.use_secret_as_env(task, secret.name, {key: variable})
