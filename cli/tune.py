"""``listrec tune``: search better settings for a model, and print how to train with them."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import read_config
from cli.progress import progress
from common.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.tuning.request import TrialResult, TuneRequest, TuneResult

MAX_SETTINGS = 4
"""Largest number of settings shown of each trial: the most important ones."""


@click.command()
@click.argument("name")
@click.option(
    "--snapshot",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder made by ingest.",
)
@click.option(
    "--trials",
    default=20,
    show_default=True,
    type=click.IntRange(min=1),
    help="Measured trials to reach, those of earlier runs included.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings by target, where the search begins.",
)
@click.option(
    "--encoders", default="", help="Encoder artifacts the model is for: ID,ID."
)
@click.option(
    "--out",
    default="best.yaml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="File for the best settings; a plot is written beside it.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds after which no trial is started.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seed of the sampler.",
)
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

    The first trial has the default settings, or those of --config. Trials are trained on the
    snapshot's training rows and measured on its validation rows; test rows are not read. The study
    is kept (LISTREC_STUDIES): the same command resumes where it was stopped or killed.

    \b
    Examples:
      listrec tune price --snapshot snapshots/today
      listrec tune price --snapshot snapshots/today --trials 100 --timeout 3600 --out price.yaml
      listrec train price --snapshot snapshots/today --config price.yaml
    """
    from pipelines.training.targets import parse_config
    from pipelines.tuning.request import TuneRequest
    from pipelines.tuning.tune import tune as run_search

    values = parse_config(read_config(config))
    request = TuneRequest(
        name, snapshot, out, trials, values, encoders, timeout or math.inf, seed
    )
    try:
        with progress(f"tune {name}") as report:
            result = run_search(settings, request, report)
    except KeyboardInterrupt:
        # The study is in a database: nothing but the current trial is lost.
        click.echo("what is done is kept: the same command goes on from here", err=True)
        raise

    _print_result(result)
    if result.trials < trials:
        missing = trials - result.trials
        click.echo(f"{missing} trials are left: the same command goes on with them.")

    click.echo(f"Next:\n  {_train_command(request)}")


def _train_command(request: TuneRequest) -> str:
    """Return the command that trains the model with the best settings."""
    words = ["listrec", "train", request.name]
    words += ["--snapshot", str(request.snapshot), "--config", str(request.out)]
    # Settings are best for these encoders, so training must use the same.
    if request.encoders:
        words += ["--encoders", request.encoders]
    return shlex.join(words)


def _print_result(result: TuneResult) -> None:
    from rich.console import Console

    for sentence in result.failed:
        click.echo(sentence, err=True)
    if result.retried:
        click.echo(
            f"{result.retried} that had been killed were put back in the queue",
            err=True,
        )

    Console().print(_trial_table(result))
    if result.importances:
        leading = [
            f"{name} {share:.0%}"
            for name, share in list(result.importances.items())[:3]
        ]
        click.echo(f"\nWhat made the difference: {', '.join(leading)}")
    click.echo(f"\n{_conclusion(result)}\nWritten: {result.settings}, {result.plot}")


def _trial_table(result: TuneResult) -> Table:
    """Return the best trials, with the most important settings."""
    from rich.table import Table

    names = list(result.importances or result.best[0].params)[:MAX_SETTINGS]
    headings = ["trial", result.metric, "seconds"]
    # A path such as boosted_trees.n_estimators would make its column too wide for a terminal.
    headings += [name.replace(".", "\n") for name in names]

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="right")

    for trial in result.best:
        table.add_row(*_trial_cells(trial, names))
    return table


def _trial_cells(trial: TrialResult, names: Sequence[str]) -> list[str]:
    cells = [str(trial.number), f"{trial.value:.4f}", f"{trial.seconds:.0f}"]
    for name in names:
        value = trial.params.get(name)
        cells.append("" if value is None else f"{value:.3g}")
    return cells


def _conclusion(result: TuneResult) -> str:
    """Return how the best trial compares with where the search began."""
    best = result.best[0]
    sentence = f"Of {result.trials} trials, {best.number} is best: {result.metric} {best.value:.4f}"
    if result.first is None or best.value == result.first:
        return (
            f"{sentence}. Nothing that was tried is better than where the search began."
        )
    return (
        f"{sentence}, where the search began at {result.first:.4f}.\n"
        f"It is the best of many on the same {result.rows} rows: expect less on others."
    )
