"""Results of the serving benchmark, and the section of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isnan
from statistics import median

from benchmarks.serving.goals import ECHO, check_goals, value_of
from benchmarks.serving.rows import Footprint, Row
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Result, Results, Run, result

UNITS = {
    "per_second": "1/s",
    "p50": "milliseconds",
    "p99": "milliseconds",
    "cpu_ms": "milliseconds",
    "n_failed": "",
}
"""Units of the figures of a cell."""

RATIOS = {
    "per_second": "answers/s",
    "p50": "p50 ms",
    "p99": "p99 ms",
    "cpu_ms": "processor ms",
}
"""Figures that are compared with those of another server, and their titles."""

FOOTPRINT = {"start_seconds": 2, "memory": 0, "worker_memory": 0, "processes": 0}
"""Figures of what a server needs, with their decimal places."""

NOT_MEASURED = "not measured"
"""The metric of a server that could not be measured; the slice of its result has the reason."""

METHOD = (
    "Callers have one connection and one request at a time each, and send different listings of"
    " the synthetic shop in turn. They run on the same cores as the server. The load generator"
    " speaks HTTP/2 and HTTP/1.1 over plain sockets (`benchmarks/serving/load.py`).",
    "The echo is an asyncio server of gRPC that parses the same requests and sends one answer.",
    "Ours run as users start them, with logs, metrics and limits at their defaults, but without the"
    " cache of photos: sellers send photos of their own. The deadline of callers is 10 seconds, so"
    " that no answer lacks a model.",
    "LitServe, BentoML and Ray Serve call the same models in two processes"
    " (`benchmarks/serving/peers`), in batches of up to 16 listings, without logs of requests and"
    " without the metrics and checks of our server. They are sent JSON over HTTP/1.1, with photos"
    " as base64. Their answers are compared with those of our models before they are timed.",
    "Decoder and encoder alone take the photos of the requests without a server: one process for 1"
    " caller, one a core for 16. It is the limit for photos.",
    "Servers run one after the other. Each cell is the median of its repetitions by answers per"
    " second.",
    "Memory is proportional, and that before photos of 10 MB are sent: pages that several processes"
    " share are divided among them. That of a further process is the median of all but the first.",
)
"""How the benchmark measures, for the page."""


def collect(rows: Sequence[Row], run: Run) -> Results:
    """Results by server, which is the variant, and by load, which is the slice."""
    results: list[Result] = []
    for row in rows:
        for cell in row.cells:
            figures = asdict(cell.load) | {"cpu_ms": cell.cpu_ms}
            load = f"{cell.kind}, {cell.load.callers}"
            where = {"variant": row.server, "slice": load}
            for name, unit in UNITS.items():
                # JSON has no NaN, the latency of a server that answered nothing.
                value = None if isnan(figures[name]) else figures[name]
                results.append(result(run, OURS, name, value, unit=unit, **where))
        if row.footprint:
            for name, value in _footprint(row.footprint):
                results.append(result(run, OURS, name, value, variant=row.server))
        if row.failure:
            where = {"variant": row.server, "slice": row.failure}
            results.append(result(run, OURS, NOT_MEASURED, None, **where))
    return Results(results)


def _footprint(footprint: Footprint) -> Iterator[tuple[str, float]]:
    yield "start_seconds", footprint.start_seconds
    yield "memory", sum(footprint.memory)
    yield "processes", len(footprint.memory)
    further = footprint.memory[1:]
    if further:
        yield "worker_memory", median(further)


def page_section(run: Run, results: Results) -> str:
    """The section ``serving`` of the page on benchmarks."""
    lines = ["## Answers over gRPC", "", describe_run(run), "", *bullets(METHOD), ""]
    for part in (_goals, load_table, footprint_table, failure_table):
        lines += [*part(results), ""]
    return "\n".join(lines)


def _goals(results: Results) -> list[str]:
    rows = []
    for outcome in check_goals(results):
        goal, value = outcome.goal, outcome.value
        rows.append(
            [
                goal.load,
                goal.server,
                goal.title,
                outcome.limit or " or ".join(goal.limits),
                f"{goal.sense} {goal.bound:g}",
                NOT_MEASURED if value is None else f"{value:.2f}",
                {None: "", True: "yes", False: "no"}[outcome.met],
            ]
        )
    head = ("requests, callers", "server", "figure", "divided by", "goal", "is", "met")
    return table(head, rows)


def load_table(results: Results, base: str = ECHO, word: str = "the echo") -> list[str]:
    """Lines of a table of all loads, with ratios to the server ``base``, called ``word`` there."""
    head = ["requests, callers", "server"]
    for title in RATIOS.values():
        head += [title, f"of {word}"]
    rows = []
    measured = [item for item in results if item.metric in UNITS]
    for load in dict.fromkeys(item.slice for item in measured):
        for server in dict.fromkeys(item.variant for item in results):
            cells = _cells(results, server, load, base)
            if cells:
                rows.append([load, server, *cells])
    return table([*head, "failed"], rows)


def _cells(results: Results, server: str, load: str, base: str) -> list[str]:
    """The cells of a server under a load; none where it was not measured."""
    own = {name: value_of(results, name, server, load) for name in UNITS}
    if own["per_second"] is None:
        return []

    cells = []
    for name in RATIOS:
        value, limit = own[name], value_of(results, name, base, load)
        digits = 0 if name == "per_second" else 2
        ratio = f"{value / limit:.2f}" if value is not None and limit else ""
        cells += ["" if value is None else f"{value:,.{digits}f}", ratio]
    return [*cells, f"{own['n_failed']:.0f}"]


def footprint_table(results: Results) -> list[str]:
    """Lines of a table of what each server needs."""
    rows = []
    for server in dict.fromkeys(item.variant for item in results):
        cells = []
        for metric, digits in FOOTPRINT.items():
            value = value_of(results, metric, server, "")
            cells.append("" if value is None else f"{value:.{digits}f}")
        if any(cells):
            rows.append([server, *cells])
    head = (
        "server",
        "seconds to start",
        "memory, MB",
        "a further process, MB",
        "processes",
    )
    return table(head, rows)


def failure_table(results: Results) -> list[str]:
    """Lines of a table of what could not be measured."""
    failures = [item for item in results if item.metric == NOT_MEASURED]
    rows = [[item.variant, item.slice] for item in failures]
    return table(("server", "why it was not measured"), rows)
