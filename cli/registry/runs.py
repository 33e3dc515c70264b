"""``listrec registry runs``: training runs, and what the steps of one took."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli.registry.printing import json_option, print_json
from common.settings import Settings
from common.store.storage import Storage

if TYPE_CHECKING:
    from common.runs.run_list import Run


@click.command("runs")
@click.argument("run", required=False)
@click.option("--limit", default=20, show_default=True, help="Newest runs to list.")
@json_option
@click.pass_obj
def list_all(settings: Settings, run: str | None, limit: int, as_json: bool) -> None:
    """List training runs, newest first; with RUN show what its steps took and said."""
    from common.runs.run_list import list_runs, read_run

    storage, now = Storage(settings.store), datetime.now(UTC)
    if run:
        found = read_run(storage, run, now)
        if as_json:
            print_json(asdict(found))
        else:
            _print_steps(found)
        return

    runs = list_runs(storage, now)[:limit]
    if as_json:
        records = [asdict(each) for each in runs]
        print_json([{**record, "steps": len(record["steps"])} for record in records])
        return
    if not runs:
        click.echo("There has been no training run.")
    for each in runs:
        click.echo(_format_run(each))


def _print_steps(run: Run) -> None:
    click.echo(_format_run(run))
    click.echo(f"{'step':<32} {'state':<8} {'s':>8} {'cpu s':>8} {'MB':>7}")
    for step in run.steps:
        name = f"{step.step} {step.subject}"
        state = "reused" if step.reused else step.state
        click.echo(
            f"{name:<32} {state:<8} {step.seconds:8.1f} {step.cpu_seconds:8.1f}"
            f" {step.peak_megabytes:7.0f}"
        )
        if step.message:
            click.echo(f"    {step.message}")


def _format_run(run: Run) -> str:
    line = f"{run.name}  {run.state:<8} {run.started_at[:19]}"
    if run.release:
        line += f"  release {run.release}"
    return "\n".join([line, *(f"    {reason}" for reason in run.reasons)])
