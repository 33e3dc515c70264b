"""The Kubeflow components: shells that call our functions, each in a process of its own.

Kubeflow copies the source of a component, so each imports inside its body, and takes and returns
JSON values only. The modules ``*_steps.py`` hold the work.
"""

from functools import partial
from typing import Any

from kfp import dsl

IMAGE = "listing-recommender"
"""Stands for an image where none is used: on this machine. On a cluster ``render`` has one."""

_component = partial(dsl.component, install_kfp_package=False, base_image=IMAGE)


@_component
def check_snapshot(
    run: str, path: str, targets: list[str], encoders: str, config: str, force: bool
) -> dict[str, Any]:
    """Keep what the run is asked for; find or make the snapshot, check it; return its id."""
    from pipelines.training import process, snapshot_steps

    return process.run(
        snapshot_steps.check_snapshot,
        run,
        "snapshot",
        path,
        targets,
        {"encoders": encoders, "config": config, "force": force},
    )


@_component
def train_encoders(run: str, data: dict[str, Any], config: str) -> list[Any]:
    """Train the shared encoders."""
    from pipelines.training import process, train_steps

    return process.run(train_steps.train_encoders, run, "encoders", data, config)


@_component
def choose_encoders(run: str, wanted: str) -> list[Any]:
    """Choose the encoders to train models on."""
    from pipelines.training import process, train_steps

    return process.run(train_steps.choose_encoders, run, "encoders", wanted)


@_component
def train_model(
    run: str, name: str, data: dict[str, Any], encoders: list[Any], config: str
) -> list[Any]:
    """Train one model."""
    from pipelines.training import process, train_steps

    return process.run(train_steps.train_model, run, name, name, data, encoders, config)


@_component
def evaluate(
    run: str, target: str, challengers: list[Any], data: dict[str, Any]
) -> list[Any]:
    """Evaluate challengers; models through the predictor that will serve."""
    from pipelines.training import evaluate_steps, process

    return process.run(evaluate_steps.evaluate, run, target, challengers, data)


@_component
def check_gates(
    run: str, target: str, challengers: list[Any], before: list[Any]
) -> list[Any]:
    """Check challengers against their gates; return them after those checked before."""
    from pipelines.training import evaluate_steps, process

    return process.run(evaluate_steps.check_gates, run, target, challengers, before)


@_component
def register(
    run: str, challengers: list[Any], data: dict[str, Any], force: bool
) -> list[Any]:
    """Write model cards, log runs, register versions."""
    from pipelines.training import process, register_steps

    return process.run(register_steps.register, run, "all", challengers, data, force)


@_component
def admit(run: str, challengers: list[Any], force: bool) -> list[Any]:
    """Stop here unless every gate was passed."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.admit, run, "gates", challengers, force)


@_component
def publish(run: str, challengers: list[Any]) -> dict[str, Any]:
    """Publish one release of all challengers."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.publish, run, "release", challengers)


@_component
def verify(run: str, proposal: dict[str, Any]) -> dict[str, Any]:
    """Start the real server on the release and ask it."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.verify, run, "release", proposal)


@_component
def promote(run: str, proposal: dict[str, Any]) -> dict[str, Any]:
    """Make the release the champion, then move the aliases."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.promote, run, "release", proposal)


@_component
def finish(
    run: str, pipeline: str, status: dsl.PipelineTaskFinalStatus
) -> dict[str, Any]:
    """Keep how the run ended, also after a step that failed, and tell people."""
    from pipelines.training import finish_steps, process

    return process.run(finish_steps.finish, run, "run", pipeline, status.state)
