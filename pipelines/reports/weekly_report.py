"""The page of a week: what sellers made of suggestions, with plots and without scripts."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from common.errors import InputError
from common.store.atomic import write_atomically
from ingest.profile import plots
from pipelines.reports.weekly_plots import HEIGHT, WIDTH, TimeBars, history, time_bars
from pipelines.weekly_report import sentences
from pipelines.weekly_report.prices import SALE_DAYS
from pipelines.weekly_report.report import WeeklyReport

HERE = Path(__file__).parent
PLOTS = Path(plots.__file__).parent
"""Where the style of profiles is, which this page shares."""


def write(report: WeeklyReport, out: Path) -> None:
    """Write the page, whole or not at all; raise ``InputError`` where that is not possible."""
    try:
        write_atomically(out, render(report).encode(errors="replace"))
    except OSError as error:
        raise InputError(
            f"the report cannot be written to {out}: {error.strerror}"
        ) from None


def render(report: WeeklyReport) -> str:
    """Return the page as HTML, with its style and its plots; all values of sellers are escaped."""
    environment = Environment(
        loader=FileSystemLoader([HERE, PLOTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (PLOTS / "page.css").read_text("utf-8")
    return environment.get_template("weekly_report.html").render(
        report=report,
        style=Markup(style),  # nosec B704: our own file
        say=sentences,
        size=(WIDTH, HEIGHT),
        histories=[
            (acceptance, history(acceptance.history, report.weeks))
            for acceptance in report.acceptance
        ],
        times=_times(report),
        changes=[
            (name, list(changes))
            for name, changes in groupby(report.changes, lambda change: change.field)
        ],
        sale_days=SALE_DAYS,
    )


def _times(report: WeeklyReport) -> list[tuple[str, TimeBars]]:
    """Return the plots of the times with and without suggestions, on one scale."""
    time = report.time_saved
    highest = max((*time.shown_bins, *time.holdout_bins), default=0)
    sides = (
        ("With suggestions", time.shown_bins, time.shown),
        ("In the holdout, without", time.holdout_bins, time.holdout),
    )
    return [
        (title, time_bars(bins, time.edges, highest, side.value))
        for title, bins, side in sides
        if bins
    ]
