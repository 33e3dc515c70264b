"""Compiles the training graph to YAML, one file for each rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from kfp import compiler

from pipelines.cluster.config import ClusterConfig
from pipelines.cluster.images import check_image
from pipelines.cluster.secrets import check_environment
from pipelines.cluster.tasks import configure_task
from pipelines.training import graph
from pipelines.training.targets import TARGETS, choose


def compile_all(
    words: Sequence[str],
    out: Path,
    image: str,
    environment: Mapping[str, str] | None = None,
    config: ClusterConfig | None = None,
) -> list[Path]:
    """Write ``out/train-<target>.yaml`` for each word and return the paths.

    Without words there is a file for every target, and one for ``all``. The same code gives the
    same bytes. Every step runs in ``image`` and knows it as ``LISTREC_IMAGE``, with what
    ``config`` says of it. Raises ``InputError`` for an image without a digest, and for a secret
    in the environment.
    """
    renderings = [choose([word]) for word in words or (*TARGETS, "all")]
    return [
        compile_one(targets, out, image, environment, config) for targets in renderings
    ]


def compile_one(
    targets: Sequence[str],
    out: Path,
    image: str,
    environment: Mapping[str, str] | None = None,
    config: ClusterConfig | None = None,
) -> Path:
    """Write the pipeline that trains these targets, in training order, and return its path."""
    config = config or ClusterConfig()
    variables = pod_environment(image, environment or {}, config)
    pipeline = graph.render(
        targets, image, variables, configure=partial(configure_task, config)
    )
    return write_pipeline(pipeline, out / f"train-{graph.pipeline_label(targets)}.yaml")


def pod_environment(
    image: str, environment: Mapping[str, str], config: ClusterConfig
) -> dict[str, str]:
    """Return the variables of every step: those that are given, its image and its team.

    Raises ``InputError`` for an image without a digest, and for a secret among the variables.
    """
    check_image(image)
    check_environment(environment)
    team = {"LISTREC_TEAM": config.team} if config.team else {}
    return {**environment, "LISTREC_IMAGE": image, **team}


def write_pipeline(pipeline: Any, path: Path) -> Path:
    """Compile a pipeline into a file, whose folder is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    compiler.Compiler().compile(pipeline, str(path))
    return path
