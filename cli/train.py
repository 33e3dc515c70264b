"""``listrec train``: run the training graph on this machine and show its progress and result."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.options import read_config
from cli.run_view import RunView
from common.errors import InputError
from common.settings import Settings
from common.store.storage import Storage


@click.command()
@click.argument("targets", nargs=-1)
@click.option(
    "--snapshot",
    default="",
    help="Folder made by ingest, or the id of a snapshot in the store.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings by target, of the gate and of ingest: {price: {seed: 1}}.",
)
@click.option(
    "--encoders", default="", help="Encoder artifacts to train models on: ID,ID."
)
@click.option("--force", is_flag=True, help="Release even what misses its gate.")
@click.option(
    "--accept-data", is_flag=True, help="Train although the snapshot has changed much."
)
@click.option("--resume", metavar="RUN", help="Go on with a run that failed.")
@click.pass_obj
def train(
    settings: Settings,
    targets: tuple[str, ...],
    snapshot: str,
    config: Path | None,
    encoders: str,
    force: bool,
    accept_data: bool,
    resume: str | None,
) -> None:
    """Train TARGETS (encoders, a model's name, or all), and release them if they pass their gates.

    Models are trained on the encoders trained in the same run, else on those of --encoders, of the
    champion, or the newest. Models that the snapshot has nothing to teach are left out; a release
    shares the models that were not trained with the champion. A missed gate ends the command with
    exit code 3, and nothing is released. Without --snapshot the rows are those that the section
    ingest of --config names. What an earlier run trained on the same rows, with the
    same settings and the same code, is used again.

    \b
    Examples:
      listrec train all --snapshot snapshots/today
      listrec train encoders --snapshot snapshots/today --config settings.yaml
      listrec train all --config nightly.yaml
      listrec train price --snapshot snapshots/today --encoders 0123456789abcdef
      listrec train --resume 20261130-020000-000000-all
    """
    from pipelines.training import local
    from pipelines.training.ingest_config import require_rows
    from pipelines.training.resume import request_of
    from pipelines.training.targets import choose, parse_config

    if resume:
        if targets or snapshot or config or encoders or force or accept_data:
            raise InputError(
                f"--resume {resume} has the targets and options of that run: give no others"
            )
        targets, arguments = request_of(Storage(settings.store), resume)
    else:
        arguments = {
            "snapshot": _locate(settings, snapshot),
            "encoders": encoders,
            "config": _read_settings(config, accept_data),
            "force": force,
        }

    # A step would refuse a wrong setting too, but only after the steps before it.
    chosen = choose(targets)
    require_rows(arguments["snapshot"], parse_config(arguments["config"]))
    with RunView() as view:
        local.train(settings, chosen, arguments, view.show)
    view.print_outcome()


def _locate(settings: Settings, snapshot: str) -> str:
    """Return a snapshot of the store as it was named, and the whole path of any other."""
    from pipelines.training.snapshot_store import find_snapshot

    if not snapshot or find_snapshot(Storage(settings.store), snapshot):
        return snapshot
    return str(Path(snapshot).absolute())


def _read_settings(path: Path | None, accept_data: bool) -> str:
    """Return the settings of a file, with those of ``--accept-data``."""
    from pipelines.training.targets import DATA, parse_config

    text = read_config(path) or "{}"
    if not accept_data:
        return text
    settings = parse_config(text)
    settings[DATA] = {**settings.get(DATA, {}), "check": False}
    # YAML takes the days of ingest for dates.
    return json.dumps(settings, default=str)
