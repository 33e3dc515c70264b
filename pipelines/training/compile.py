"""Compiles the training graph to YAML, one file for each rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kfp import compiler

from common.errors import InputError
from common.notification_settings import SECRETS
from pipelines.training import components, graph
from pipelines.training.targets import TARGETS, choose


def compile_all(
    words: Sequence[str],
    out: Path,
    image: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write ``out/train-<target>.yaml`` for each word and return the paths.

    Without words there is a file for every target, and one for ``all``. The same code gives the
    same bytes. Raises ``InputError`` for a variable whose value is a secret.
    """
    _refuse_secrets(environment or {})
    renderings = [choose([word]) for word in words or (*TARGETS, "all")]
    out.mkdir(parents=True, exist_ok=True)

    paths = []
    for targets in renderings:
        path = out / f"train-{graph.pipeline_label(targets)}.yaml"
        pipeline = graph.render(targets, image or components.IMAGE, environment)
        compiler.Compiler().compile(pipeline, str(path))
        paths.append(path)
    return paths


def _refuse_secrets(environment: Mapping[str, str]) -> None:
    """Raise ``InputError`` for a variable that everybody could read in the compiled file."""
    for name in environment:
        if name in SECRETS:
            raise InputError(
                f"{name} is a secret, and a compiled pipeline is readable: put it into the pods"
                " as a secret of the cluster"
            )
