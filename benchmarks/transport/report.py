"""Results of the comparison of transports, and the section of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.serving.goals import value_of
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Results, Run, result
from benchmarks.transport.measure import POST, Case, Typing

FIGURES = {
    "newest_ms": ("ms to the newest answer", "milliseconds"),
    "cpu_ms": ("processor ms", "milliseconds"),
    "sent_kb": ("kB sent", "kilobytes"),
    "received_kb": ("kB received", "kilobytes"),
    "n_requests": ("requests", ""),
    "n_computed": ("computed", ""),
}
"""Titles and units of the figures of a typed listing."""

COMPARED = ("newest_ms", "cpu_ms", "sent_kb")

METHOD = (
    "A listing has its photos first, then a text that grows key by key, every third of a second on"
    " average, as on a phone. The newest answer is that to the last key; its time has the debounce"
    " in it. All figures are of one listing.",
    "POST is a form with all photos for each state, which a newer one aborts. **Photos once is what"
    " the page does**: photos that came with a request that was answered are named in later ones."
    " The WebSocket sends photos once and then states; a newer state drops the work for the older"
    " one (`benchmarks/transport/prototype.py`). Suggester, cache of vectors, checks and receipts"
    " are the same.",
    "A new connection takes two round trips (TCP, TLS 1.3), and over HTTP/1.1 an abort needs a new"
    " one, unless the browser has another that is idle, such as one that loaded the page. Through"
    " a proxy with HTTP/2, such as Envoy, it needs none: here all connections after"
    " the first are free, and headers are as long as in HTTP/1.1. With a round trip of 100 ms the"
    " browser sends 10 Mbit/s. That connections begin slowly is left out, and so is encryption.",
    "Processor time is that of the gateway's process with all models. The limits that a WebSocket"
    " would need for each message are not in it.",
)
"""How it is measured, for the page."""


def collect(measured: Sequence[tuple[str, Case, Typing]], run: Run) -> Results:
    """Results by way, which is the variant, and by case, which is the slice."""
    return Results(
        [
            result(
                run,
                OURS,
                name,
                value,
                unit=FIGURES[name][1],
                variant=way,
                slice=_describe(case),
            )
            for way, case, typing in measured
            for name, value in asdict(typing).items()
        ]
    )


def page_section(run: Run, results: Results) -> str:
    """The section ``transport`` of the page on benchmarks."""
    lines = ["## A listing that is typed", "", describe_run(run), ""]
    lines += [*bullets(METHOD), "", *_table(results), ""]
    return "\n".join(lines)


def _table(results: Results) -> list[str]:
    head = ["photos, debounce, round trip", "way"]
    for name, (title, _) in FIGURES.items():
        head += [title, "of POST"] if name in COMPARED else [title]
    rows = []
    for case in dict.fromkeys(item.slice for item in results):
        for way in dict.fromkeys(item.variant for item in results):
            cells = _cells(results, way, case)
            if cells:
                rows.append([case, way, *cells])
    return table(head, rows)


def _cells(results: Results, way: str, case: str) -> list[str]:
    """The cells of a way in a case; none where it was not measured."""
    cells = []
    for name in FIGURES:
        own = value_of(results, name, way, case)
        if own is None:
            return []
        cells.append(f"{own:,.0f}")
        base = value_of(results, name, POST, case)
        if name in COMPARED:
            cells.append(f"{own / base:.2f}" if base else "")
    return cells


def _describe(case: Case) -> str:
    milliseconds = [1000 * case.debounce, 1000 * case.link.round_trip]
    return ", ".join([str(case.n_photos), *(f"{each:.0f} ms" for each in milliseconds)])
