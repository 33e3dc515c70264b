"""``listrec benchmark``: public benchmarks, on tables that the user has."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from cli.options import read_config
from cli.progress import progress

if TYPE_CHECKING:
    from pipelines.evaluation.kaggle import Result

NO_PHOTOS: dict[str, Any] = {"photo": None}
"""Settings of encoders for a table without photos."""


@click.group()
def benchmark() -> None:
    """Reproduce public benchmarks on tables that you have."""


@benchmark.command("kaggle-mercari")
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--work",
    type=click.Path(path_type=Path),
    help="Folder to keep the snapshot and what is trained.  [default: a temporary one]",
)
@click.option(
    "--seed", default=0, show_default=True, help="Draws the rows that are held out."
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="YAML or JSON with settings, as for train; those of encoders and price are used.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def kaggle_mercari(
    table: Path, work: Path | None, seed: int, config: Path | None, as_json: bool
) -> None:
    """Train on TABLE as in Kaggle's Mercari Price Suggestion Challenge, and score.

    TABLE is the competition's train.tsv, packed or not. Rows below 3 dollars are left out, a
    twentieth of the others is held out at random, and the price of each is suggested from all its
    other fields. The score is the RMSLE; lower is better.

    \b
    Examples:
      listrec benchmark kaggle-mercari train.tsv
      listrec benchmark kaggle-mercari train.tsv --work .listrec/kaggle --seed 1 --json
    """
    from pipelines.evaluation import kaggle
    from pipelines.training import targets

    settings = targets.parse_config(read_config(config))
    # The table of the competition has no photos to train an encoder on.
    overrides = {**NO_PHOTOS, **settings.get(targets.ENCODERS, {})}
    encoder_configs = targets.config(targets.ENCODERS, overrides)
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(TemporaryDirectory()))
        report = stack.enter_context(progress(f"benchmark {table.name}"))
        result = kaggle.run(
            table, folder, seed, report, encoder_configs, settings.get("price", {})
        )

    click.echo(
        json.dumps(asdict(result), indent=2) if as_json else _format_result(result)
    )


def _format_result(result: Result) -> str:
    """Return time and memory of each step, then the scores."""
    lines = [f"{'step':<20}{'seconds':>10}{'peak MiB':>10}"]
    for step in result.steps:
        mebibytes = step.peak_bytes / 2**20
        lines.append(f"{step.name:<20}{step.seconds:>10.1f}{mebibytes:>10,.0f}")

    score = result.score
    lines += [
        "",
        f"{result.trained:,} rows to train on, {result.held_out:,} held out",
        f"RMSLE               {score.rmsle:.4f}",
        f"of the median       {score.baseline:.4f}",
        f"R2 of log1p         {score.r2:.4f}",
        f"80 % interval holds {score.coverage:.1%}",
    ]
    return "\n".join(lines)
