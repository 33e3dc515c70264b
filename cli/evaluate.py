"""``listrec evaluate``: measure a released model as training does, or compare two versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.progress import progress
from common.settings import Settings

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.evaluation.comparison import Comparison, Question
    from pipelines.evaluation.fields import Field
    from pipelines.evaluation.figures import MeasuredMetric

ROWS = "rows"
"""The one metric that counts."""


@click.command()
@click.argument("name")
@click.option(
    "--snapshot",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder made by ingest.",
)
@click.option(
    "--split", default="test", show_default=True, help="train, validation or test."
)
@click.option(
    "--version", "artifact", help="Artifact to measure; the champion's by default."
)
@click.option("--against", help="Artifact to compare it with, or: champion.")
@click.option(
    "--html", type=click.Path(path_type=Path), help="Write a report to this file."
)
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
    With --html one page shows metrics by kind of listing, the calibration of probabilities and
    intervals, and the worst answers with their listings and photos. See docs/evaluation.md.

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
    result = _compare(settings, question, html)
    if as_json:
        click.echo(json.dumps(comparison.as_json(result), indent=2))
    else:
        _print_comparison(result)
    if html is not None:
        click.echo(f"{html}: the report on {result.rows:,} listings", err=True)


def _measure(
    settings: Settings,
    name: str,
    snapshot: Path,
    split: str,
    artifact: str | None,
    as_json: bool,
) -> None:
    from pipelines.evaluation.measure import measure_released

    measured = measure_released(settings, name, snapshot, split, artifact)
    if as_json:
        click.echo(json.dumps(measured, indent=2))
        return

    click.echo(
        f"{name} {measured['artifact']} on {measured['rows']:,} {split} rows"
        f"{_describe_unmeasured(measured)}:"
    )
    _echo_measured(measured)


def _echo_measured(measured: Mapping[str, Any]) -> None:
    """Print a line for each metric, and what is to be known of them."""
    for metric, value in measured["metrics"].items():
        click.echo(f"  {metric:<32} {_format(metric, value)}")
    for note in measured["notes"]:
        click.echo(f"note: {note}")


def _describe_unmeasured(measured: Mapping[str, Any]) -> str:
    n_measured = measured["metrics"].get(ROWS)
    if n_measured is None or n_measured == measured["rows"]:
        return ""
    return (
        f", {n_measured:,.0f} of which have a label that the model can answer (in its currency,"
        " where it is a price)"
    )


def _format(metric: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if metric == ROWS else f"{value:.4f}"


def _compare(settings: Settings, question: Question, html: Path | None) -> Comparison:
    from pipelines.evaluation.comparison import compare
    from pipelines.reports import html as page
    from pipelines.reports.page_file import check_writable

    if html is not None:
        # An evaluation takes minutes: a wrong path is refused before it.
        check_writable(html)

    with progress(f"evaluate {question.model}") as report:
        result = compare(settings, question, report)
        if html is not None:
            report("writing the report", 1.0)
            page.write(result, html, _typed_command(click.get_current_context()))
    return result


def _print_comparison(result: Comparison) -> None:
    """Print a table for every field, then what the figures mean."""
    from rich.console import Console

    from pipelines.evaluation import words

    against = f" against B {result.b}" if result.b else ""
    click.echo(
        f"{result.model}: A {result.a}{against} on {result.rows:,} {result.split} rows of"
        f" {result.snapshot}"
    )
    for field in result.fields:
        Console().print(_field_table(field, has_rival=bool(result.b)))

    for note in result.notes:
        click.echo(note)
    for field in result.fields:
        click.echo(words.conclude(field.headline, field.name))


def _field_table(field: Field, has_rival: bool) -> Table:
    """Return the figures of one field, with early context first, then with full context."""
    from rich.table import Table

    from models.evaluation.views import FULL_METRIC_PREFIX

    headings = [field.name, "A"]
    if has_rival:
        headings += ["B", "A less B"]

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=True)

    for figure in field.early:
        table.add_row(figure.metric.name, *_figure_cells(figure))
    for figure in field.full:
        table.add_row(FULL_METRIC_PREFIX + figure.metric.name, *_figure_cells(figure))
    return table


def _figure_cells(figure: MeasuredMetric) -> list[str]:
    """Return A with its interval; or A, B and their difference with its interval."""
    from pipelines.evaluation import words

    # One version: how uncertain it is. Two: what counts is how uncertain their difference is.
    if not figure.b:
        return [words.format_value(figure.a)]

    cells = [words.number(figure.a.value), words.number(figure.b.value)]
    if figure.difference:
        cells.append(words.format_value(figure.difference, signed=True))
    return cells


def _typed_command(context: click.Context) -> list[str]:
    """Return the command as it would be typed, for the page to show."""
    words = ["listrec", "evaluate"]
    for option in context.command.params:
        value = context.params[str(option.name)]
        if isinstance(option, click.Argument):
            words.append(str(value))
        elif value is True:
            words.append(option.opts[0])
        elif value and value != option.default:
            words += [option.opts[0], str(value)]
    return words
