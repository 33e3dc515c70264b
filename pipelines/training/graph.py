"""The graph of a training run, rendered for the encoders, for some models, or for all targets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kfp import dsl

from pipelines.training import components
from pipelines.training.targets import ENCODERS, TARGETS

Configure = Callable[[Any, str, str], None]
"""Takes a task, the name of its step, and its target."""


def render(
    targets: Sequence[str],
    image: str = components.IMAGE,
    environment: Mapping[str, str] | None = None,
    in_turn: bool = False,
    run: str = dsl.PIPELINE_JOB_NAME_PLACEHOLDER,
    configure: Configure | None = None,
) -> Any:
    """Return the pipeline that trains these targets and releases them.

    1. check the snapshot, or make one and check it
    2. train, evaluate and gate the encoders, one after the other; or choose those to use
    3. for each model: train, evaluate, gate
    4. register them all
    5. admit: stop unless every gate was passed
    6. publish one release, verify it in the real server, promote it
    7. finish: keep how the run ended and tell people, also where a step failed

    Every step runs in ``image`` with ``environment`` added to its own. ``in_turn`` starts a target
    only after the gate of the one before it, for a single machine. ``run`` is the name of the run,
    on a cluster that of Kubeflow's job. ``configure`` is called with every task, the name of its
    step and its target, which is that of the whole run for steps of all targets. Arguments of the
    pipeline: ``snapshot`` (a path, or the id of one in the store; empty where ``config`` says what
    to ingest), ``encoders`` (ids, joined by commas), ``config`` (YAML), ``force``.
    """
    task = partial(_task, run, pipeline_label(targets), configure)

    @dsl.pipeline(
        name=f"train-{pipeline_label(targets)}",
        description=f"Train {', '.join(targets)}.",
    )
    def pipeline(  # type: ignore[no-untyped-def]
        snapshot: str = "", encoders: str = "", config: str = "{}", force: bool = False
    ):
        """Build the graph; Kubeflow calls this with placeholders for the arguments."""
        finish = task(components.finish, pipeline=pipeline_label(targets))
        with dsl.ExitHandler(finish, name="training"):
            checked = task(
                components.check_snapshot,
                path=snapshot,
                targets=list(targets),
                encoders=encoders,
                config=config,
                force=force,
            )
            graph = _Graph(task, checked.output, config, in_turn)
            graph.add(targets, encoders, force)

    return set_image_and_env(pipeline, image, environment or {})


def pipeline_label(targets: Sequence[str]) -> str:
    """Name a set of targets in file names: ``encoders``, ``price``, ``category-brand``, ``all``."""
    return "all" if tuple(targets) == TARGETS else "-".join(targets)


def _task(
    run: str,
    label: str,
    configure: Configure | None,
    component: Any,
    **arguments: Any,
) -> Any:
    """Make a task of a component; Kubeflow never answers it from its own cache."""
    task = component(run=run, **arguments).set_caching_options(False)
    if configure:
        step = component.python_func.__name__
        default = ENCODERS if component is components.train_encoders else label
        target = arguments.get("name") or arguments.get("target") or default
        configure(task, step, target)
    return task


@dataclass(frozen=True, slots=True)
class _Graph:
    """Adds the tasks of a run, one after the other.

    Attributes:
        task: makes a task of a component with its arguments.
        data: path and id of the snapshot.
        config: settings by target, in YAML.
        in_turn: whether a target is started only after the gate of the one before it.
    """

    task: Callable[..., Any]
    data: Any
    config: Any
    in_turn: bool

    def add(self, targets: Sequence[str], encoders: Any, force: Any) -> None:
        """Add everything after the check of the snapshot."""
        chosen, gated = self._add_encoders(targets, encoders)
        names = [target for target in targets if target != ENCODERS]
        for name in names:
            gated = self._add_model(name, chosen, gated)
        self._register_and_release(gated, force, has_models=bool(names))

    def _add_encoders(self, targets: Sequence[str], wanted: Any) -> tuple[Any, Any]:
        """Train the encoders and gate them, or choose some that are trained; return both steps.

        There is no gate, ``None``, where encoders are chosen.
        """
        if ENCODERS not in targets:
            return self.task(components.choose_encoders, wanted=wanted), None

        trained = self.task(
            components.train_encoders, data=self.data, config=self.config
        )
        return trained, self._evaluate_and_gate(ENCODERS, trained, before=None)

    def _add_model(self, name: str, chosen: Any, gated: Any) -> Any:
        """Train, evaluate and gate a model; ``gated`` is the last gate before it, if any.

        Returns its gate, whose records are those of all targets until then.
        """
        trained = self.task(
            components.train_model,
            name=name,
            data=self.data,
            encoders=chosen.output,
            config=self.config,
        )
        # Training uses all cores and much memory: one machine does it one target at a time.
        if gated and self.in_turn:
            trained.after(gated)
        return self._evaluate_and_gate(name, trained, gated)

    def _evaluate_and_gate(self, target: str, trained: Any, before: Any) -> Any:
        """Evaluate and gate what was trained; its records join those of the targets ``before``."""
        evaluated = self.task(
            components.evaluate,
            target=target,
            challengers=trained.output,
            data=self.data,
        )
        gated = self.task(
            components.check_gates,
            target=target,
            challengers=evaluated.output,
            before=before.output if before else [],
        )

        trained.set_display_name(f"train {target}")
        evaluated.set_display_name(f"evaluate {target}")
        gated.set_display_name(f"gate {target}")
        return gated

    def _register_and_release(self, gated: Any, force: Any, has_models: bool) -> None:
        """Register and admit all targets; publish, verify and promote a release of the models."""
        registered = self.task(
            components.register, challengers=gated.output, data=self.data, force=force
        )
        admitted = self.task(
            components.admit, challengers=registered.output, force=force
        )

        # Encoders alone make no release: they wait in the store for the models trained on them.
        if not has_models:
            return
        published = self.task(components.publish, challengers=admitted.output)
        verified = self.task(components.verify, proposal=published.output)
        self.task(components.promote, proposal=verified.output)


def set_image_and_env(pipeline: Any, image: str, environment: Mapping[str, str]) -> Any:
    """Set the image of every step, and add to its environment, after components were built."""
    variables = [
        {"name": name, "value": value} for name, value in sorted(environment.items())
    ]
    for executor in pipeline.pipeline_spec.deployment_spec["executors"].values():
        container = executor["container"]
        container["image"] = image
        if variables:
            container.get_or_create_list("env").extend(variables)
    return pipeline
