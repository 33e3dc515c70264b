"""What a monitoring found in sentences, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from common.listing import CONFIRMABLE
from common.monitoring_record import DaysRecord, FigureRecord, MonitoringRecord
from pipelines.monitoring.wording import METRICS, SHARES, name_of


def summarise(record: MonitoringRecord) -> Iterator[str]:
    """Yield the sentences of a record, the most important first."""
    yield describe_verdict(record)
    yield describe_days(record)
    for name in CONFIRMABLE:
        if sentence := describe_field(record, name):
            yield f"- {sentence}"
        yield from (f"- {sentence}" for sentence in describe_versions(record, name))
    for reason in record.reasons:
        yield f"- Reason: {reason}."
    for note in record.notes:
        yield f"- Note: {note}."


def describe_verdict(record: MonitoringRecord) -> str:
    """Return whether anything is to be done."""
    if not record.reasons:
        return "There is no reason to retrain."
    if record.started:
        return "A training run was started."
    if record.wait_until:
        until = datetime.fromisoformat(record.wait_until)
        return (
            "There is a reason to retrain, and the last training run is recent: the next one may"
            f" start on {until:%Y-%m-%d at %H:%M} UTC."
        )
    return "The models should be retrained."


def describe_days(record: MonitoringRecord) -> str:
    """Return which days are looked at, and which they are compared with."""
    now = _range(record.now)
    if record.before is None:
        return f"{now}: {record.now.listings:,} items. There are none to compare with."
    return (
        f"{now}: {record.now.listings:,} items, compared with {record.before.listings:,} from"
        f" {record.before.first} to {record.before.last}."
    )


def describe_field(record: MonitoringRecord, name: str) -> str:
    """Return the figures of a field, the acceptance first, or nothing where there are none."""
    figures = [f for f in record.figures if (f.by, f.field) == ("all", name)]
    shares = _describe_shares(figures)
    return f"{name_of(name)}: {shares}." if shares else ""


def describe_versions(record: MonitoringRecord, name: str) -> Iterator[str]:
    """Yield the figures of each version of a field's model, where there are several."""
    versions: dict[str, list[FigureRecord]] = {}
    for figure in record.figures:
        if (figure.by, figure.field) == ("version", name):
            versions.setdefault(figure.group, []).append(figure)

    if len(versions) > 1:
        for version, figures in versions.items():
            mark = mark_of(record, version)
            shares = _describe_shares(figures)
            yield f"{name_of(name)}, version {version}{mark}: {shares}."


def mark_of(record: MonitoringRecord, version: str) -> str:
    """Return what follows a version that is one of the champion's; nothing for others."""
    return " (champion)" if version in record.champion else ""


def describe_figure(figure: FigureRecord) -> str:
    """Return a figure with what it is: ``accepted 71 % (66 to 75)``."""
    return f"{METRICS[figure.metric]} {value_of(figure)}"


def value_of(figure: FigureRecord) -> str:
    """Return a figure with its interval, if there is one: ``71 % (66 to 75)``."""
    if figure.metric not in SHARES:
        if figure.low is None or figure.high is None:
            return f"{figure.value:.3f}"
        return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
    value = f"{100 * figure.value:.0f} %"
    if figure.low is None or figure.high is None:
        return value
    return f"{value} ({100 * figure.low:.0f} to {100 * figure.high:.0f})"


def _describe_shares(figures: Iterable[FigureRecord]) -> str:
    texts = [describe_figure(each) for each in figures if each.metric in SHARES]
    # Measured ones before expected ones.
    return "; ".join(sorted(texts, key=lambda text: "expected" in text))


def _range(days: DaysRecord) -> str:
    return days.first if days.first == days.last else f"{days.first} to {days.last}"
