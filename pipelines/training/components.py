"""The Kubeflow components: shells that call our functions, each in a process of its own.

Kubeflow copies the source of a component, so each imports inside its body, and takes and returns
JSON values only. ``steps.py``, ``register_steps.py`` and
``release_steps.py`` hold the work.
"""

from functools import partial
from typing import Any

from kfp import dsl

IMAGE = "listing-recommender:latest"
"""An image with this distribution and its extra ``pipelines``; ``render`` takes another."""

_component = partial(dsl.component, install_kfp_package=False, base_image=IMAGE)


@_component
def check_snapshot(path: str, targets: list[str]) -> dict[str, Any]:
    """Check that models can be trained on the snapshot; return its path and id."""
    from pipelines.training import process, steps

    return process.run(steps.check_snapshot, "snapshot", path, targets)


@_component
def train_encoders(data: dict[str, Any], config: str) -> list[Any]:
    """Train the shared encoders."""
    from pipelines.training import process, steps

    return process.run(steps.train_encoders, "encoders", data, config)


@_component
def choose_encoders(wanted: str) -> list[Any]:
    """Choose the encoders to train models on."""
    from pipelines.training import process, steps

    return process.run(steps.choose_encoders, "encoders", wanted)


@_component
def train_model(
    name: str, data: dict[str, Any], encoders: list[Any], config: str
) -> list[Any]:
    """Train one model."""
    from pipelines.training import process, steps

    return process.run(steps.train_model, name, name, data, encoders, config)


@_component
def evaluate(target: str, challengers: list[Any], data: dict[str, Any]) -> list[Any]:
    """Evaluate challengers; models through the predictor that will serve."""
    from pipelines.training import process, steps

    return process.run(steps.evaluate, target, challengers, data)


@_component
def check_gates(target: str, challengers: list[Any], before: list[Any]) -> list[Any]:
    """Check challengers against their gates; return them after those checked before."""
    from pipelines.training import process, steps

    return process.run(steps.check_gates, target, challengers, before)


@_component
def register(challengers: list[Any], data: dict[str, Any], force: bool) -> list[Any]:
    """Write model cards, log runs, register versions."""
    from pipelines.training import process, register_steps

    return process.run(register_steps.register, "all", challengers, data, force)


@_component
def admit(challengers: list[Any], force: bool) -> list[Any]:
    """Stop here unless every gate was passed."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.admit, "gates", challengers, force)


@_component
def publish(challengers: list[Any]) -> dict[str, Any]:
    """Publish one release of all challengers."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.publish, "release", challengers)


@_component
def verify(proposal: dict[str, Any]) -> dict[str, Any]:
    """Start the real server on the release and ask it."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.verify, "release", proposal)


@_component
def promote(proposal: dict[str, Any]) -> dict[str, Any]:
    """Make the release the champion, then move the aliases."""
    from pipelines.training import process, release_steps

    return process.run(release_steps.promote, "release", proposal)
