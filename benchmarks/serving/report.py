"""Results of the serving benchmark, and the section of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.serving.load import Load
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Result, Results, Run, result

ECHO = "echo"

UNITS = {
    "per_second": "1/s",
    "p50": "milliseconds",
    "p99": "milliseconds",
    "cpu_ms": "milliseconds",
    "n_failed": "",
}
"""Units of the figures of a cell."""

METHOD = (
    "Callers have one connection and one request at a time each, and send different listings of"
    " the synthetic shop in turn. They run on the same cores as the server. The load generator"
    " speaks HTTP/2 over plain sockets (`benchmarks/serving/load.py`).",
    "The echo is an asyncio server of gRPC that parses the same requests and sends one answer.",
    "Servers run as users start them, one after the other, with logs, metrics and limits at their"
    " defaults. Each cell is the median of its repetitions by answers per second.",
    "Memory is proportional: pages that several processes share are divided among them.",
)
"""How the benchmark measures, for the page."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One server under one load.

    Attributes:
        server: name of the server.
        kind: kind of the requests, ``text`` or ``photo``.
        load: what callers saw.
        cpu_ms: processor milliseconds of the server for each answer.
    """

    server: str
    kind: str
    load: Load
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a server needs.

    Attributes:
        server: name of the server.
        start_seconds: seconds until it was ready.
        memory: MB of each process after all loads.
    """

    server: str
    start_seconds: float
    memory: tuple[float, ...]


def collect(
    cells: Sequence[Cell], footprints: Sequence[Footprint], run: Run
) -> Results:
    """Results by server, which is the variant, and by load, which is the slice."""
    results: list[Result] = []
    for cell in cells:
        figures = asdict(cell.load) | {"cpu_ms": cell.cpu_ms}
        where = {"variant": cell.server, "slice": f"{cell.kind}, {cell.load.callers}"}
        for name, unit in UNITS.items():
            results.append(result(run, OURS, name, figures[name], unit=unit, **where))
    for footprint in footprints:
        figures = {
            "start_seconds": footprint.start_seconds,
            "memory": sum(footprint.memory),
            "processes": len(footprint.memory),
        }
        for name, value in figures.items():
            results.append(result(run, OURS, name, value, variant=footprint.server))
    return Results(results)


def page_section(run: Run, results: Results) -> str:
    """The section ``serving`` of the page on benchmarks."""
    lines = ["## Answers over gRPC", "", describe_run(run), "", *bullets(METHOD), ""]
    return "\n".join([*lines, *_loads(results), "", *_footprints(results)])


def _loads(results: Results) -> list[str]:
    head = (
        "requests, callers",
        "server",
        "answers/s",
        "of the echo",
        "p50 ms",
        "of the echo",
        "p99 ms",
        "of the echo",
        "processor ms",
        "failed",
    )
    rows = []
    for load in dict.fromkeys(item.slice for item in results if item.slice):
        for server in dict.fromkeys(item.variant for item in results):
            cells = _cells(results, server, load)
            if cells:
                rows.append([load, server, *cells])
    return table(head, rows)


def _cells(results: Results, server: str, load: str) -> list[str]:
    """The cells of a server under a load; none where it was not measured."""
    own = {name: _value(results, name, server, load) for name in UNITS}
    echo = {name: _value(results, name, ECHO, load) for name in UNITS}
    if own["per_second"] is None:
        return []

    cells = []
    for name, digits in (("per_second", 0), ("p50", 2), ("p99", 2)):
        value, limit = own[name] or 0.0, echo[name]
        ratio = "" if not limit else f"{value / limit:.2f}"
        cells += [f"{value:,.{digits}f}", ratio]
    return [*cells, f"{own['cpu_ms']:.2f}", f"{own['n_failed']:.0f}"]


def _footprints(results: Results) -> list[str]:
    rows = []
    for server in dict.fromkeys(item.variant for item in results):
        seconds = _value(results, "start_seconds", server)
        memory = _value(results, "memory", server)
        processes = _value(results, "processes", server)
        if seconds is not None and memory is not None and processes is not None:
            rows.append([server, f"{seconds:.2f}", f"{memory:.0f}", f"{processes:.0f}"])
    return table(("server", "seconds to start", "memory, MB", "processes"), rows)


def _value(results: Results, metric: str, server: str, load: str = "") -> float | None:
    found = results.get(metric, OURS, server, load)
    return found.value if found else None
