"""``listrec evaluate``: measure a released model the way training did."""

from __future__ import annotations

import json
from pathlib import Path

import click

from common.settings import Settings


@click.command()
@click.argument("name")
@click.option(
    "--snapshot", required=True, type=click.Path(path_type=Path), help="Folder made by ingest."
)
@click.option("--split", default="test", show_default=True, help="train, validation or test.")
@click.option("--version", "artifact", help="Artifact to measure; the champion's by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def evaluate(
    settings: Settings, name: str, snapshot: Path, split: str, artifact: str | None, as_json: bool
) -> None:
    """Measure the model NAME on a snapshot, through the predictor that serves.

    \b
    Examples:
      listrec evaluate price --snapshot snapshots/today
      listrec evaluate brand --snapshot snapshots/today --split validation --json
    """
    from pipelines.measuring import measure_released

    measured = measure_released(settings, name, snapshot, split, artifact)
    if as_json:
        click.echo(json.dumps(measured, indent=2))
        return
    click.echo(f"{name} {measured['artifact']} on {measured['rows']} {split} rows:")
    for metric, value in measured["metrics"].items():
        click.echo(f"  {metric:<32} {'-' if value is None else f'{value:.4f}'}")
