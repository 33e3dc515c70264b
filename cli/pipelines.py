"""``listrec pipelines``: training and monitoring on a Kubeflow cluster."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from cli.compile_options import CompileOptions, compile_options
from cli.options import read_config
from common.settings import Settings

host_option = click.option(
    "--host", required=True, metavar="URL", help="Address of Kubeflow's API."
)


@click.group()
def pipelines() -> None:
    """Compile pipelines for a Kubeflow cluster, run them there, and have them recur."""


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
    options: CompileOptions,
) -> None:
    """Write one YAML file for each of TARGETS: encoders, a model's name, all, or monitor.

    Without TARGETS there is a file for each of them.

    \b
    Examples:
      listrec pipelines compile --image registry.example/listrec@sha256:0123... \\
        --resources kubeflow.yaml --env LISTREC_STORE=s3://shop/listrec
    """
    for path in options.compile_all(targets, out):
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
    options: CompileOptions,
    snapshot: str,
    encoders: str,
    config: Path | None,
    force: bool,
    wait: bool,
) -> None:
    """Start one run that trains TARGETS: encoders, models' names, or all.

    With the word monitor in their place it monitors suggestions once, and trains nothing.

    \b
    Examples:
      listrec pipelines submit all --host http://localhost:8888 --snapshot /data/today \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml --wait
      listrec pipelines submit all --host http://localhost:8888 --config nightly.yaml \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml
    """
    from pipelines.cluster import submit as submission
    from pipelines.cluster.arguments import defaults, parse_arguments

    given = {
        "snapshot": snapshot,
        "encoders": encoders,
        "config": read_config(config),
        "force": force,
    }
    changed = {name: value for name, value in given.items() if value}
    arguments = {**defaults(targets), **parse_arguments(targets, changed)}
    client, run = options.submit(host, settings.kubeflow_token, targets, arguments)
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
    options: CompileOptions,
    dry_run: bool,
) -> None:
    """Bring the recurring runs of a cluster in line with FILE; a second time changes nothing.

    \b
    Example:
      listrec pipelines schedule nightly.yaml --host http://localhost:8888 \\
        --image registry.example/listrec@sha256:0123... --resources kubeflow.yaml --dry-run
    """
    from pipelines.cluster.client import open_client
    from pipelines.cluster.schedules import find_changes, read_schedules

    wanted = read_schedules(file)
    with tempfile.TemporaryDirectory() as folder:
        packages = {
            each.name: options.compile_one(each.targets, Path(folder))
            for each in wanted
        }
        client = open_client(host, options.cluster.namespace, settings.kubeflow_token)
        changes = find_changes(client, host, wanted, packages, options.cluster)
        for change in changes:
            click.echo(change.sentence)
            if not dry_run:
                change.carry_out()
    if not changes:
        click.echo("nothing to change")
