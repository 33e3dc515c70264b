"""``listrec tune``: search better settings for a model, and say how to train with them."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.progress import progress
from common.settings import Settings

if TYPE_CHECKING:
    from pipelines.tuning.request import TuneResult

COLUMNS = 4
"""Settings shown of each trial: those that matter most."""


@click.command()
@click.argument("name")
@click.option(
    "--snapshot", required=True, type=click.Path(path_type=Path), help="Folder made by ingest."
)
@click.option(
    "--trials", default=20, show_default=True, type=click.IntRange(min=1),
    help="How many there should be, those of earlier runs counted.",
)  # fmt: skip
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings by target, from which the search begins.",
)
@click.option("--encoders", default="", help="Encoder artifacts the model is for: ID,ID.")
@click.option(
    "--out", default="best.yaml", show_default=True, type=click.Path(path_type=Path),
    help="Where the best settings go; a plot goes beside it.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True),
    help="Seconds after which no trial is begun.",
)  # fmt: skip
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0),
    help="Decides what is tried.",
)  # fmt: skip
@click.pass_obj
def tune(
    settings: Settings,
    name: str,
    snapshot: Path,
    trials: int,
    config: Path | None,
    encoders: str,
    out: Path,
    timeout: float | None,
    seed: int,
) -> None:
    """Search better settings for the model NAME, and write the best of them.

    The first trial has the default settings, or those of --config. Trials are measured on the
    snapshot's validation rows and learn from training rows; test rows are not read. The search is
    kept (LISTREC_STUDIES): the same command goes on where it was stopped or killed.

    \b
    Examples:
      listrec tune price --snapshot snapshots/today
      listrec tune price --snapshot snapshots/today --trials 100 --timeout 3600 --out price.yaml
      listrec train price --snapshot snapshots/today --config price.yaml
    """
    from pipelines.training.targets import parse_config
    from pipelines.tuning.request import TuneRequest
    from pipelines.tuning.tune import tune as run_search

    values = parse_config(config.read_text(encoding="utf-8")) if config else {}
    request = TuneRequest(name, snapshot, out, trials, values, encoders, timeout or math.inf, seed)
    try:
        with progress(f"tune {name}") as report:
            tuned = run_search(settings, request, report)
    except KeyboardInterrupt:
        click.echo("what is done is kept: the same command goes on from here", err=True)
        raise
    _print(tuned)
    if tuned.trials < trials:
        click.echo(f"{trials - tuned.trials} trials are left: the same command goes on with them.")
    words = ["listrec", "train", name, "--snapshot", str(snapshot), "--config", str(out)]
    click.echo(f"Next:\n  {shlex.join([*words, *(['--encoders', encoders] if encoders else [])])}")


def _print(tuned: TuneResult) -> None:
    from rich.console import Console

    for sentence in tuned.failed:
        click.echo(sentence, err=True)
    if tuned.retried:
        click.echo(f"{tuned.retried} that had been killed were put back in the queue", err=True)
    Console().print(_table(tuned))
    if tuned.importances:
        leading = [f"{name} {share:.0%}" for name, share in list(tuned.importances.items())[:3]]
        click.echo(f"\nWhat made the difference: {', '.join(leading)}")
    click.echo(f"\n{_verdict(tuned)}\nWritten: {tuned.settings}, {tuned.plot}")


def _table(tuned: TuneResult) -> Any:
    """The best trials with the settings that mattered most."""
    from rich.table import Table

    shown = list(tuned.importances or tuned.best[0].params)[:COLUMNS]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("trial", tuned.metric, "seconds", *(name.replace(".", "\n") for name in shown)):
        table.add_column(heading, justify="right")
    for trial in tuned.best:
        values = [f"{trial.params[name]:.3g}" if name in trial.params else "" for name in shown]
        table.add_row(str(trial.number), f"{trial.value:.4f}", f"{trial.seconds:.0f}", *values)
    return table


def _verdict(tuned: TuneResult) -> str:
    best, metric = tuned.best[0], tuned.metric
    found = f"Of {tuned.trials} trials, {best.number} is best: {metric} {best.value:.4f}"
    if tuned.first is None or best.value == tuned.first:
        return f"{found}. Nothing that was tried is better than where the search began."
    return (
        f"{found}, where the search began at {tuned.first:.4f}.\n"
        f"It is the best of many on the same {tuned.rows} rows: expect less on others."
    )
