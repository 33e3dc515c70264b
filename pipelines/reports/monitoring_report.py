"""The page of a monitoring: what is well, what is not, and what to do; without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.listing import CONFIRMABLE
from common.monitoring_record import FigureRecord, Group, MonitoringRecord
from ingest.profile.page_templates import page_templates
from pipelines.monitoring import sentences, wording
from pipelines.monitoring.advice import advise
from pipelines.monitoring.config import INTERVAL_LEVEL
from pipelines.monitoring.figures import GROUPS
from pipelines.monitoring.monitor import Monitoring
from pipelines.reports.monitoring_plots import HEIGHT, WIDTH, DayPlot, day_plot
from pipelines.reports.page_file import write_page

HERE = Path(__file__).parent

CARDS = (
    ("acceptance", None, "Suggestions that sellers accept"),
    ("top_1_accuracy", "expected_accuracy", "First suggestions that sellers choose"),
    ("coverage", None, "Amounts within the suggested range"),
)
"""Metrics that have a plot, with what is expected of them and a title."""

TABLE = ("acceptance", "top_1_accuracy", "coverage", "rmsle", "calibration_error")
"""Metrics of the table by group."""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure of a field over days.

    Attributes:
        field: the field.
        title: what is counted.
        figure: the figure of the days that are looked at.
        expected: what is expected of it; ``None`` where nothing is.
        is_worse: whether it has fallen by more than is accepted.
        plot: the figure by day.
    """

    field: str
    title: str
    figure: FigureRecord
    expected: FigureRecord | None
    is_worse: bool
    plot: DayPlot


def write(monitoring: Monitoring, out: Path) -> None:
    """Write the page, whole or not at all; raise ``InputError`` where that is not possible."""
    write_page(out, render(monitoring))


def render(monitoring: Monitoring) -> str:
    """Return the page as HTML, with its style and its plots; all values of sellers are escaped."""
    record = monitoring.record
    template = page_templates(HERE).get_template("monitoring_report.html")
    return template.render(
        record=record,
        say=sentences,
        words=wording,
        advice=list(advise(record)),
        level=f"{100 * INTERVAL_LEVEL:.0f} %",
        plot_size=(WIDTH, HEIGHT),
        cards=list(_cards(record)),
        drifts=monitoring.distributions,
        metrics=TABLE,
        groups={by: _table(record, by) for by in GROUPS},
    )


def _cards(record: MonitoringRecord) -> Iterator[Card]:
    worse = {(each.metric, each.field) for each in record.changes if each.found}
    for name in CONFIRMABLE:
        for metric, expected_metric, title in CARDS:
            figure = _find(record, metric, name)
            plot = _plot(record, name, metric, expected_metric)
            if figure is None or plot is None:
                continue
            expected = _find(record, expected_metric, name) if expected_metric else None
            is_worse = (metric, name) in worse
            yield Card(name, title, figure, expected, is_worse, plot)


def _plot(
    record: MonitoringRecord, name: str, metric: str, expected_metric: str | None
) -> DayPlot | None:
    by_day = [f for f in record.figures if (f.by, f.field) == ("day", name)]
    days = sorted({figure.group for figure in record.figures if figure.by == "day"})
    series = [("measured", [f for f in by_day if f.metric == metric])]
    if expected_metric:
        expected = [f for f in by_day if f.metric == expected_metric]
        series.insert(0, ("expected", expected))
    now = next((day for day in days if day >= record.now.first), "")
    return day_plot(series, days, now) if now else None


def _find(record: MonitoringRecord, metric: str, name: str) -> FigureRecord | None:
    wanted = (metric, name, "all")
    return next(
        (f for f in record.figures if (f.metric, f.field, f.by) == wanted), None
    )


def _table(
    record: MonitoringRecord, by: Group
) -> dict[tuple[str, str], dict[str, FigureRecord]]:
    """Return figures by metric for each group and field."""
    figures = [f for f in record.figures if f.by == by and f.metric in TABLE]
    if by == "version":
        # A version is of one model: those of the same field are read beside each other.
        figures.sort(key=lambda figure: CONFIRMABLE.index(figure.field))
    rows: dict[tuple[str, str], dict[str, FigureRecord]] = {}
    for figure in figures:
        rows.setdefault((figure.group, figure.field), {})[figure.metric] = figure
    return rows
