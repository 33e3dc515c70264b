"""The one graph of a training run, rendered for the encoders, for any model, or for all."""

from collections.abc import Mapping, Sequence
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
    2. train, evaluate and judge the encoders, one after the other; or choose those to use
    3. for each model: train, evaluate, judge
    4. register them all
    5. admit: stop unless every gate was passed
    6. publish one release, verify it in the real server, promote it

    Every step runs in ``image`` with ``environment`` added to its own; ``in_turn`` starts a target
    only when the one before it is judged, for a single machine. Arguments of the pipeline:
    ``snapshot`` (a path), ``encoders`` (ids, joined by commas), ``config`` (YAML), ``force``.
    """
    names = [target for target in targets if target != ENCODERS]

    @dsl.pipeline(
        name=f"train-{pipeline_label(targets)}", description=f"Train {', '.join(targets)}."
    )
    def pipeline(snapshot: str, encoders: str = "", config: str = "{}", force: bool = False):  # type: ignore[no-untyped-def]
        data = _afresh(components.check_snapshot(path=snapshot)).output
        judged: Any = None
        if ENCODERS in targets:
            chosen = components.train_encoders(data=data, config=config)
            judged = _judge(ENCODERS, chosen, data, judged)
        else:
            chosen = _afresh(components.choose_encoders(wanted=encoders))
        for name in names:
            trained = components.train_model(
                name=name, data=data, encoders=chosen.output, config=config
            )
            if judged and in_turn:
                trained.after(judged)
            judged = _judge(name, trained, data, judged)
        registered = components.register(challengers=judged.output, data=data, force=force)
        admitted = components.admit(challengers=registered.output, force=force)
        if names:
            published = _afresh(components.publish(challengers=admitted.output))
            verified = _afresh(components.verify(proposal=published.output))
            _afresh(components.promote(proposal=verified.output))

    return _place(pipeline, image, environment or {})


def pipeline_label(targets: Sequence[str]) -> str:
    """Name a set of targets in file names: ``encoders``, ``price``, ``category-brand``, ``all``."""
    return "all" if tuple(targets) == TARGETS else "-".join(targets)


def _judge(target: str, trained: Any, data: Any, before: Any) -> Any:
    """Evaluate and judge what was trained; its records join those of the targets ``before``."""
    measured = components.evaluate(target=target, challengers=trained.output, data=data)
    judged = components.judge(
        target=target, challengers=measured.output, before=before.output if before else []
    )
    for task, word in ((trained, "train"), (measured, "evaluate"), (judged, "judge")):
        task.set_display_name(f"{word} {target}")
    return judged


def _afresh(task: Any) -> Any:
    """Never take the task's answer from Kubeflow's cache: it depends on more than its inputs."""
    return task.set_caching_options(False)


def _place(pipeline: Any, image: str, environment: Mapping[str, str]) -> Any:
    """Set image and environment of every step, which Kubeflow knows only while it compiles."""
    for executor in pipeline.pipeline_spec.deployment_spec["executors"].values():
        executor["container"]["image"] = image
        if environment:
            pairs = sorted(environment.items())
            executor["container"]["env"] = [{"name": k, "value": v} for k, v in pairs]
    return pipeline
