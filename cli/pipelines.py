"""``listrec pipelines``: the training graph on a Kubeflow cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import Command, parse_pairs, read_config
from common.errors import InputError
from common.settings import Settings

if TYPE_CHECKING:
    from pipelines.cluster.config import ClusterConfig


def compile_options(command: Command) -> Command:
    """Add the options that decide what a compiled pipeline holds."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--image", help="Image of every step: NAME@sha256:DIGEST."),
        click.option(
            "--resources",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="YAML with team, resources and secrets of the steps.",
        ),
        click.option(
            "--env",
            "pairs",
            multiple=True,
            metavar="NAME=VALUE",
            help="Environment variable of every step; may be repeated.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


host_option = click.option(
    "--host", required=True, metavar="URL", help="Address of Kubeflow's API."
)


@click.group()
def pipelines() -> None:
    """Compile the training graph for a Kubeflow cluster, run it there, and have it recur."""


@pipelines.command()
@click.argument("targets", nargs=-1)
@click.option(
    "--out",
    default=Path("build/pipelines"),
    type=click.Path(path_type=Path),
    show_default=True,
    help="Folder to write.",
)
@compile_options
def compile(
    targets: tuple[str, ...],
    out: Path,
    image: str | None,
    resources: Path | None,
    pairs: tuple[str, ...],
) -> None:
    """Write one YAML file for each of TARGETS: encoders, a model's name, or all.

    Without TARGETS there is a file for each of them.

    \b
    Examples:
      listrec pipelines compile --image registry.example/listrec@sha256:0123... \\
        --resources kubeflow.yaml --env LISTREC_STORE=s3://shop/listrec
    """
    from pipelines.cluster.config import read_config as read_cluster

    for path in _compile(targets, out, image, read_cluster(resources), pairs):
        click.echo(path)


@pipelines.command()
@click.argument("targets", nargs=-1)
@host_option
@compile_options
@click.option(
    "--snapshot",
    default="",
    help="Path of a snapshot in the pods, or the id of one in the store.",
)
@click.option("--encoders", default="", help="Encoder artifacts to train on: ID,ID.")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings by target.",
)
@click.option("--force", is_flag=True, help="Release even what misses its gate.")
@click.option("--wait", is_flag=True, help="Wait until the run has ended.")
@click.pass_obj
def submit(
    settings: Settings,
    targets: tuple[str, ...],
    host: str,
    image: str | None,
    resources: Path | None,
    pairs: tuple[str, ...],
    snapshot: str,
    encoders: str,
    config: Path | None,
    force: bool,
    wait: bool,
) -> None:
    """Start one run that trains TARGETS: encoders, models' names, or all.

    \b
    Examples:
      listrec pipelines submit all --host http://localhost:8888 --snapshot /data/today \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml --wait
      listrec pipelines submit all --host http://localhost:8888 --config nightly.yaml \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml
    """
    from pipelines.cluster import submit as submission
    from pipelines.cluster.client import open_client
    from pipelines.cluster.config import read_config as read_cluster
    from pipelines.training.ingest_config import require_rows
    from pipelines.training.targets import parse_config

    cluster = read_cluster(resources)
    text = read_config(config) or "{}"
    require_rows(snapshot, parse_config(text))
    arguments = {
        "snapshot": snapshot,
        "encoders": encoders,
        "config": text,
        "force": force,
    }
    with tempfile.TemporaryDirectory() as folder:
        package = _compile_one(targets, Path(folder), image, cluster, pairs)
        client = open_client(host, cluster.namespace, settings.kubeflow_token)
        run = submission.submit(client, host, package, arguments, cluster)
    click.echo(f"run {run}")
    if wait:
        submission.wait(client, host, run)


@pipelines.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@host_option
@compile_options
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.pass_obj
def schedule(
    settings: Settings,
    file: Path,
    host: str,
    image: str | None,
    resources: Path | None,
    pairs: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Bring the recurring runs of a cluster in line with FILE; a second time changes nothing.

    \b
    Example:
      listrec pipelines schedule nightly.yaml --host http://localhost:8888 \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml --dry-run
    """
    from pipelines.cluster.client import open_client
    from pipelines.cluster.config import read_config as read_cluster
    from pipelines.cluster.schedules import find_changes, read_schedules

    cluster = read_cluster(resources)
    wanted = read_schedules(file)
    with tempfile.TemporaryDirectory() as folder:
        packages = {
            each.name: _compile_one(each.targets, Path(folder), image, cluster, pairs)
            for each in wanted
        }
        client = open_client(host, cluster.namespace, settings.kubeflow_token)
        changes = find_changes(client, host, wanted, packages, cluster)
        for change in changes:
            click.echo(change.sentence)
            if not dry_run:
                change.carry_out()
    if not changes:
        click.echo("nothing to change")


def _compile(
    targets: tuple[str, ...],
    out: Path,
    image: str | None,
    config: ClusterConfig,
    pairs: tuple[str, ...],
) -> list[Path]:
    from pipelines.training.compile import compile_all

    return compile_all(targets, out, *_image_and_environment(image, pairs), config)


def _compile_one(
    targets: tuple[str, ...],
    out: Path,
    image: str | None,
    config: ClusterConfig,
    pairs: tuple[str, ...],
) -> Path:
    """Compile one pipeline that trains all of the targets."""
    from pipelines.training.compile import compile_one
    from pipelines.training.targets import choose

    chosen = choose(targets)
    return compile_one(chosen, out, *_image_and_environment(image, pairs), config)


def _image_and_environment(
    image: str | None, pairs: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    if not image:
        raise InputError(
            "say which image the steps run in with --image NAME@sha256:DIGEST"
        )
    return image, parse_pairs("--env", "NAME=VALUE", pairs)
