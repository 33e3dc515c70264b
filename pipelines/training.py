"""The one graph of a training run, rendered for the encoders, for any model, or for all."""

from collections.abc import Mapping, Sequence
from typing import Any

from kfp import dsl

from pipelines import components
from pipelines.targets import ENCODERS


def render(
    targets: Sequence[str],
    image: str = components.IMAGE,
    environment: Mapping[str, str] | None = None,
    in_turn: bool = False,
) -> Any:
    """Return the pipeline that trains these targets and releases them.

    1. check the snapshot
    2. train, evaluate, judge and register the encoders; or choose those to use
    3. for each model: train, evaluate, judge, register
    4. admit: stop unless every gate was passed
    5. publish one release, verify it in the real server, promote it

    Every step runs in ``image`` with ``environment`` added to its own; ``in_turn`` starts a target
    only when the one before it is registered, for a single machine. Arguments of the pipeline:
    ``snapshot`` (a path), ``encoders`` (ids, joined by commas), ``config`` (YAML), ``force``.
    """
    names = [target for target in targets if target != ENCODERS]

    @dsl.pipeline(name=f"train-{label(targets)}", description=f"Train {', '.join(targets)}.")
    def pipeline(snapshot: str, encoders: str = "", config: str = "{}", force: bool = False):  # type: ignore[no-untyped-def]
        data = components.check_snapshot(path=snapshot).output
        registered: Any = None

        def finish(target: str, trained: Any) -> Any:
            before = registered.output if registered else []
            measured = components.evaluate(challenger=trained.output, data=data)
            judged = components.judge(challenger=measured.output)
            entered = components.register(
                challenger=judged.output, data=data, force=force, before=before
            )
            if registered and in_turn:
                trained.after(registered)
            for task, word in ((trained, "train"), (measured, "evaluate"), (judged, "judge")):
                task.set_display_name(f"{word} {target}")
            return entered.set_display_name(f"register {target}")

        if ENCODERS in targets:
            chosen = components.train_encoder(data=data, config=config)
            registered = finish(ENCODERS, chosen)
        else:
            chosen = components.choose_encoders(wanted=encoders)
        for name in names:
            trained = components.train_model(
                name=name, data=data, encoders=chosen.output, config=config
            )
            registered = finish(name, trained)

        admitted = components.admit(challengers=registered.output, force=force)
        if names:
            published = components.publish(challengers=admitted.output)
            verified = components.verify(proposal=published.output)
            components.promote(proposal=verified.output)

    return _place(pipeline, image, environment or {})


def label(targets: Sequence[str]) -> str:
    """Name a set of targets in file names: ``encoders``, ``price``, ``category-brand``, ``all``."""
    from pipelines.targets import TARGETS

    return "all" if tuple(targets) == TARGETS else "-".join(targets)


def _place(pipeline: Any, image: str, environment: Mapping[str, str]) -> Any:
    """Set image and environment of every step, which Kubeflow knows only while it compiles."""
    for executor in pipeline.pipeline_spec.deployment_spec["executors"].values():
        executor["container"]["image"] = image
        if environment:
            pairs = sorted(environment.items())
            executor["container"]["env"] = [{"name": k, "value": v} for k, v in pairs]
    return pipeline
