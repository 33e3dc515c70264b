"""The page of a week: what sellers made of suggestions, with plots and without scripts."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from ingest.profile.page_templates import page_templates
from pipelines.reports.page_file import write_page
from pipelines.reports.weekly_plots import HEIGHT, WIDTH, TimeBars, history, time_bars
from pipelines.weekly_report import sentences
from pipelines.weekly_report.prices import SALE_DAYS
from pipelines.weekly_report.report import WeeklyReport

HERE = Path(__file__).parent


def write(report: WeeklyReport, out: Path) -> None:
    """Write the page, whole or not at all; raise ``InputError`` where that is not possible."""
    write_page(out, render(report))


def render(report: WeeklyReport) -> str:
    """Return the page as HTML, with its style and its plots; all values of sellers are escaped."""
    template = page_templates(HERE).get_template("weekly_report.html")
    return template.render(
        report=report,
        say=sentences,
        plot_size=(WIDTH, HEIGHT),
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
