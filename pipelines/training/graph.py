"""The graph of a training run, rendered for the encoders, for some models, or for all targets."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from kfp import dsl

from pipelines.training import components
from pipelines.training.targets import ENCODERS, TARGETS


def render(
    targets: Sequence[str],
    image: str = components.IMAGE,
    environment: Mapping[str, str] | None = None,
    in_turn: bool = False,
) -> Any:
    """Return the pipeline that trains these targets and releases them.

    1. check the snapshot
    2. train, evaluate and gate the encoders, one after the other; or choose those to use
    3. for each model: train, evaluate, gate
    4. register them all
    5. admit: stop unless every gate was passed
    6. publish one release, verify it in the real server, promote it

    Every step runs in ``image`` with ``environment`` added to its own. ``in_turn`` starts a target
    only after the gate of the one before it, for a single machine. Arguments of the pipeline:
    ``snapshot`` (a path), ``encoders`` (ids, joined by commas), ``config`` (YAML), ``force``.
    """
    names = [target for target in targets if target != ENCODERS]

    @dsl.pipeline(
        name=f"train-{pipeline_label(targets)}",
        description=f"Train {', '.join(targets)}.",
    )
    def pipeline(  # type: ignore[no-untyped-def]
        snapshot: str, encoders: str = "", config: str = "{}", force: bool = False
    ):
        """Build the graph; Kubeflow calls this with placeholders for the arguments."""
        checked = components.check_snapshot(path=snapshot, targets=list(targets))
        data = _no_cache(checked).output

        chosen, gated = _add_encoders(targets, data, encoders, config)
        train = partial(_train_model, data=data, chosen=chosen, config=config)
        gated = _add_models(names, train, data, gated, in_turn)
        _register_and_release(gated, data, force, has_models=bool(names))

    return _set_image_and_env(pipeline, image, environment or {})


def pipeline_label(targets: Sequence[str]) -> str:
    """Name a set of targets in file names: ``encoders``, ``price``, ``category-brand``, ``all``."""
    return "all" if tuple(targets) == TARGETS else "-".join(targets)


def _add_encoders(
    targets: Sequence[str], data: Any, wanted: Any, config: Any
) -> tuple[Any, Any]:
    """Train the encoders and gate them, or choose some that are trained; return both steps.

    There is no gate, ``None``, where encoders are chosen.
    """
    if ENCODERS not in targets:
        return _no_cache(components.choose_encoders(wanted=wanted)), None

    trained = components.train_encoders(data=data, config=config)
    gated = _evaluate_and_gate(ENCODERS, trained, data, before=None)
    return trained, gated


def _train_model(name: str, data: Any, chosen: Any, config: Any) -> Any:
    """Train one model on the chosen encoders."""
    return components.train_model(
        name=name,
        data=data,
        encoders=chosen.output,
        config=config,
    )


def _add_models(
    names: Sequence[str],
    train: Callable[[str], Any],
    data: Any,
    gated: Any,
    in_turn: bool,
) -> Any:
    """Train, evaluate and gate each model; ``gated`` is the step of the encoders, if any.

    Returns the last gate, whose records are those of all targets.
    """
    for name in names:
        trained = train(name)
        # Training uses all cores and much memory: one machine does it one target at a time.
        if gated and in_turn:
            trained.after(gated)
        gated = _evaluate_and_gate(name, trained, data, gated)
    return gated


def _evaluate_and_gate(target: str, trained: Any, data: Any, before: Any) -> Any:
    """Evaluate and gate what was trained; its records join those of the targets ``before``."""
    evaluated = components.evaluate(
        target=target, challengers=trained.output, data=data
    )
    gated = components.check_gates(
        target=target,
        challengers=evaluated.output,
        before=before.output if before else [],
    )

    trained.set_display_name(f"train {target}")
    evaluated.set_display_name(f"evaluate {target}")
    gated.set_display_name(f"gate {target}")
    return gated


def _register_and_release(
    gated: Any, data: Any, force: Any, *, has_models: bool
) -> None:
    """Register all targets and admit them; publish, verify and promote a release of the models."""
    registered = components.register(challengers=gated.output, data=data, force=force)
    admitted = components.admit(challengers=registered.output, force=force)

    # Encoders alone make no release: they wait in the store for the models trained on them.
    if not has_models:
        return
    published = _no_cache(components.publish(challengers=admitted.output))
    verified = _no_cache(components.verify(proposal=published.output))
    _no_cache(components.promote(proposal=verified.output))


def _no_cache(task: Any) -> Any:
    """Never take the task's output from Kubeflow's cache: it depends on more than its inputs."""
    return task.set_caching_options(False)


def _set_image_and_env(
    pipeline: Any, image: str, environment: Mapping[str, str]
) -> Any:
    """Set image and environment of every step, after components were built with their defaults."""
    variables = [
        {"name": name, "value": value} for name, value in sorted(environment.items())
    ]
    for executor in pipeline.pipeline_spec.deployment_spec["executors"].values():
        container = executor["container"]
        container["image"] = image
        if variables:
            container["env"] = variables
    return pipeline
