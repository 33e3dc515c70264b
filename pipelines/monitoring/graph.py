"""The Kubeflow pipeline that monitors suggestions: one step."""

import json
from collections.abc import Mapping
from typing import Any

from kfp import dsl

from pipelines.monitoring.config import MONITOR
from pipelines.training.components import IMAGE
from pipelines.training.graph import Configure, set_image_and_env


# A command, not a function: within a function of a component Kubeflow's compiler and client, by
# which the step submits a run, cannot be imported.
@dsl.container_component
def monitor(config: str, host: str, training: str) -> dsl.ContainerSpec:
    """Monitor suggestions, and start a training run where there is a reason."""
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["python", "-m", "pipelines.monitoring.step"],
        args=["--config", config, "--host", host, "--training", training],
    )


def render(
    training: Mapping[str, Any],
    image: str = IMAGE,
    environment: Mapping[str, str] | None = None,
    configure: Configure | None = None,
) -> Any:
    """Return the pipeline, whose step runs in ``image`` with ``environment`` added to its own.

    ``training`` is what a training run is compiled for (see ``step.run``). ``configure`` is called
    with the task, the name of its step and its target. Arguments of the pipeline: ``config``
    (YAML), ``host`` (address of Kubeflow's API as pods see it; empty to start nothing).
    """

    @dsl.pipeline(name=MONITOR, description="Monitor suggestions.")
    def pipeline(config: str = "{}", host: str = ""):  # type: ignore[no-untyped-def]
        """Build the graph; Kubeflow calls this with placeholders for the arguments."""
        compiled_for = json.dumps(training, sort_keys=True)
        task = monitor(config=config, host=host, training=compiled_for)
        task.set_caching_options(False)
        if configure:
            configure(task, MONITOR, MONITOR)

    return set_image_and_env(pipeline, image, environment or {})
