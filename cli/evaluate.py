"""``listrec evaluate``: measure a released model the way training did, alone or beside another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.progress import progress
from common.settings import Settings

if TYPE_CHECKING:
    from pipelines.evaluation.comparison import Comparison, Question


@click.command()
@click.argument("name")
@click.option(
    "--snapshot", required=True, type=click.Path(path_type=Path), help="Folder made by ingest."
)
@click.option("--split", default="test", show_default=True, help="train, validation or test.")
@click.option("--version", "artifact", help="Artifact to measure; the champion's by default.")
@click.option("--against", help="Artifact to compare it with, or: champion.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a report to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def evaluate(
    settings: Settings,
    name: str,
    snapshot: Path,
    split: str,
    artifact: str | None,
    against: str | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Measure the model NAME on a snapshot, through the predictor that serves.

    With --against two versions answer the same listings, and every difference has a 95 % interval.
    With --html one page shows metrics by kind of listing, whether what is stated comes true, and
    the worst answers with their listings, photos and all. See docs/evaluation.md.

    \b
    Examples:
      listrec evaluate price --snapshot snapshots/today
      listrec evaluate brand --snapshot snapshots/today --split validation --json
      listrec evaluate price --snapshot snapshots/today --html price.html
      listrec evaluate price --version 0123456789abcdef --against champion \\
        --snapshot snapshots/today --html report.html
    """
    if against is None and html is None:
        _measure(settings, name, snapshot, split, artifact, as_json)
        return
    from pipelines.evaluation import comparison
    from pipelines.evaluation.versions import CHAMPION

    question = comparison.Question(name, snapshot, split, artifact or CHAMPION, against)
    found = _compare(settings, question, html)
    if as_json:
        click.echo(json.dumps(comparison.as_json(found), indent=2))
    else:
        _print(found)
    if html is not None:
        click.echo(f"{html}: the report on {found.rows:,} listings", err=True)


def _measure(
    settings: Settings, name: str, snapshot: Path, split: str, artifact: str | None, as_json: bool
) -> None:
    from pipelines.evaluation.measure import measure_released

    measured = measure_released(settings, name, snapshot, split, artifact)
    if as_json:
        click.echo(json.dumps(measured, indent=2))
        return
    click.echo(f"{name} {measured['artifact']} on {measured['rows']} {split} rows:")
    for metric, value in measured["metrics"].items():
        click.echo(f"  {metric:<32} {'-' if value is None else f'{value:.4f}'}")


def _compare(settings: Settings, question: Question, html: Path | None) -> Comparison:
    from pipelines.evaluation.comparison import compare
    from pipelines.reports import html as writing

    if html is not None:
        writing.check_writable(html)
    with progress(f"evaluate {question.model}") as report:
        found = compare(settings, question, report)
        if html is not None:
            report("writing the report", 1.0)
            writing.write(found, html, _command(click.get_current_context()))
    return found


def _print(found: Comparison) -> None:
    """Print early and full figures of every field, and what they say of A and B."""
    from rich.console import Console
    from rich.table import Table

    from models.evaluation.views import FULL_METRIC_PREFIX
    from pipelines.evaluation import words

    against = f" against B {found.b}" if found.b else ""
    click.echo(
        f"{found.model}: A {found.a}{against} on {found.rows:,} {found.split} rows of"
        f" {found.snapshot}"
    )
    for field in found.fields:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for heading in (field.name, "A", *(("B", "A less B") if found.b else ())):
            table.add_column(heading, no_wrap=True)
        for prefix, figures in (("", field.early), (FULL_METRIC_PREFIX, field.full)):
            for each in figures:
                beside = (words.number(each.b.value),) if each.b else ()
                apart = (
                    (words.format_value(each.difference, signed=True),) if each.difference else ()
                )
                first = words.number(each.a.value) if each.b else words.format_value(each.a)
                table.add_row(f"{prefix}{each.metric.name}", first, *beside, *apart)
        Console().print(table)
    for sentence in (*found.notes, *(words.conclude(f.headline, f.name) for f in found.fields)):
        click.echo(sentence)


def _command(context: click.Context) -> list[str]:
    """The command as it would be typed, for the page to show."""
    words = ["listrec", "evaluate"]
    for option in context.command.params:
        value = context.params[str(option.name)]
        if isinstance(option, click.Argument):
            words.append(str(value))
        elif value and value != option.default:
            words += [option.opts[0]] if value is True else [option.opts[0], str(value)]
    return words
