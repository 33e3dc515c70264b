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
    "--out",
    default=Path("build/pipelines"),
    type=click.Path(path_type=Path),
    show_default=True,
    help="Folder to write.",
)
@click.option("--image", help="Container image of every step.")
@click.option(
    "--env",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Environment variable of every step; may be repeated.",
)
@click.pass_obj
def compile(
    settings: Settings,
    targets: tuple[str, ...],
    out: Path,
    image: str | None,
    pairs: tuple[str],
) -> None:
    """Write one YAML file for each of TARGETS: encoders, a model's name, or all.

    Without TARGETS there is a file for each of them.

    \b
    Examples:
      listrec pipelines compile --out build/pipelines
      listrec pipelines compile all --image registry.example/listrec:1.0 \\
        --env LISTREC_STORE=s3://shop/listrec --env MLFLOW_TRACKING_URI=http://mlflow:5000
    """
    from pipelines.training.compile import compile_all

    environment = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise InputError(f"--env takes NAME=VALUE; got {pair!r}")
        environment[name] = value

    for path in compile_all(targets, out, image, environment):
        click.echo(path)
