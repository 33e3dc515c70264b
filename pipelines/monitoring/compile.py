"""Compiles the monitoring pipeline to YAML, for a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from common.errors import InputError
from pipelines.cluster.config import ClusterConfig
from pipelines.cluster.tasks import configure_task
from pipelines.monitoring import graph
from pipelines.monitoring.config import MONITOR
from pipelines.training.compile import pod_environment, write_pipeline


def is_monitoring(words: Sequence[str]) -> bool:
    """Tell whether words of a command line or a schedule mean the monitoring pipeline.

    Raises ``InputError`` where they mean targets to train as well.
    """
    if MONITOR in words and len(words) > 1:
        raise InputError(
            f"{MONITOR} is a pipeline of its own: name it alone, not as {', '.join(words)}"
        )
    return MONITOR in words


def compile_monitoring(
    out: Path,
    image: str,
    environment: Mapping[str, str] | None = None,
    config: ClusterConfig | None = None,
) -> Path:
    """Write ``out/monitor.yaml`` and return its path.

    The training run that the step starts gets the same image, environment and configuration. Raises
    ``InputError`` as ``training.compile.compile_one`` does.
    """
    environment, config = environment or {}, config or ClusterConfig()
    variables = pod_environment(image, environment, config)
    training = {
        "image": image,
        "environment": dict(environment),
        "cluster": config.values(),
    }
    pipeline = graph.render(training, image, variables, partial(configure_task, config))
    return write_pipeline(pipeline, out / f"{MONITOR}.yaml")
