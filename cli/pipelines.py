"""``listrec pipelines``: the training graph as files for a Kubeflow cluster."""

from __future__ import annotations

from pathlib import Path

import click

from common.errors import InputError
from common.settings import Settings


@click.group()
def pipelines() -> None:
    """Compile the training graph for a Kubeflow cluster."""


@pipelines.command()
@click.argument("targets", nargs=-1)
@click.option(
    "--out", default=Path("build/pipelines"), type=click.Path(path_type=Path), show_default=True
)
@click.option("--image", help="Image that every step runs in.")
@click.option("--env", "pairs", multiple=True, metavar="NAME=VALUE", help="Variable of every step.")
@click.pass_obj
def compile(
    settings: Settings, targets: tuple[str, ...], out: Path, image: str | None, pairs: tuple[str]
) -> None:
    """Write one YAML file for each of TARGETS: encoders, a model's name, all; by default each.

    \b
    Examples:
      listrec pipelines compile --out build/pipelines
      listrec pipelines compile all --image registry.example/listrec:1.0 \\
        --env LISTREC_STORE=s3://shop/listrec --env MLFLOW_TRACKING_URI=http://mlflow:5000
    """
    from pipelines.training.compile import compile_all

    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise InputError(f"--env takes NAME=VALUE; got {wrong[0]!r}")
    environment = dict(pair.split("=", 1) for pair in pairs)
    for path in compile_all(targets, out, image, environment):
        click.echo(path)
