"""Results of faults, and the section of their page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from benchmarks.faults.callers import DEADLINE_SECONDS, Observation, Request
from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Result, Results, Run, result

MAX_OVERLOAD_RATIO = 2.0
"""The goal: p99 of the answers under overload, beside that at capacity."""

MIN_SLOWDOWN = 1.5
"""Smaller ratios of latencies are not worth a sentence: they vary as much without a fault."""

REFUSED = "RESOURCE_EXHAUSTED"

METHOD = (
    "Callers have one connection and one request at a time each, about different listings of the"
    f" synthetic shop, with a deadline of {DEADLINE_SECONDS:.0f} s. They run on the same cores as"
    " the servers. A caller that is refused asks again when it was told to, and after 0.1 s when a"
    " request has failed otherwise.",
    "Requests are those that ended after the fault began, up to the end of the run. Each of them"
    " is whole, with the answers of all models; or partial; or failed, with a status. What is"
    " lost lies between the begin of the fault and the end of the last request that was not"
    " whole.",
    "p50 and p99 are those of whole answers, before the fault and until its end.",
    "Servers run as users start them, from a copy of the release store.",
)
"""How the benchmark measures, for the page."""

HEAD = (
    "fault",
    "lasts, s",
    "callers",
    "requests",
    "whole",
    "partial",
    "failed",
    "longest wait, s",
    "not whole until, s",
    "p50 ms before",
    "during",
    "p99 ms before",
    "during",
    "what sellers saw",
)


def collect(observations: Sequence[Observation], run: Run) -> Results:
    """Results by fault, which is the variant; statuses and reasons are slices."""
    results: list[Result] = []
    for seen in observations:
        for name, value in _figures(seen).items():
            results.append(result(run, OURS, name, value, variant=seen.fault))
        affected = [request for request in seen.requests if request.ended > 0]
        for name, counts in _reasons(affected).items():
            for reason, count in sorted(counts.items()):
                where = {"variant": seen.fault, "slice": reason}
                results.append(result(run, OURS, name, count, **where))
    return Results(results)


def page_section(run: Run, results: Results) -> str:
    """The section ``faults`` of the page on faults."""
    lines = ["## What sellers see", "", describe_run(run), "", *bullets(METHOD), ""]
    faults = dict.fromkeys(item.variant for item in results)
    rows = [_row(results, fault) for fault in faults]
    goals = [_overload(results, fault) for fault in faults]
    return "\n".join([*lines, *table(HEAD, rows), *filter(None, goals)])


def _figures(seen: Observation) -> dict[str, float | None]:
    affected = [request for request in seen.requests if request.ended > 0]
    not_whole = [request.ended for request in affected if not request.is_whole]
    before = _latencies(seen.requests, -np.inf, 0.0)
    during = _latencies(seen.requests, 0.0, seen.seconds)
    waits = [request.seconds for request in affected]
    meanwhile = [request for request in affected if request.ended <= seen.seconds]
    refused = sum(request.status == REFUSED for request in meanwhile)
    return {
        "seconds": seen.seconds,
        "callers": seen.callers,
        "times callers": seen.times_callers,
        "requests": len(affected),
        "whole": sum(request.is_whole for request in affected),
        "partial": sum(request.is_partial for request in affected),
        "failed": sum(request.status != "OK" for request in affected),
        "longest wait seconds": max(waits, default=0.0),
        "not whole until seconds": max(not_whole, default=0.0),
        "p50 before": _percentile(before, 50),
        "p50 during": _percentile(during, 50),
        "p99 before": _percentile(before, 99),
        "p99 during": _percentile(during, 99),
        "refused share": refused / max(len(meanwhile), 1),
    }


def _latencies(requests: Sequence[Request], start: float, end: float) -> list[float]:
    """Return the milliseconds of whole answers that ended in a period."""
    return [
        1000 * request.seconds
        for request in requests
        if request.is_whole and start < request.ended <= end
    ]


def _percentile(values: Sequence[float], percent: float) -> float | None:
    return float(np.percentile(values, percent)) if values else None


def _reasons(requests: Sequence[Request]) -> dict[str, Counter[str]]:
    """Count the statuses of failed requests, and the models missing with their reasons."""
    failed = Counter(each.status for each in requests if each.status != "OK")
    missing = Counter(
        f"{model}: {reason}" for each in requests for model, reason in each.missing
    )
    return {"failed": failed, "missing": missing}


def _row(results: Results, fault: str) -> list[str]:
    def cell(metric: str, digits: int) -> str:
        """Return a figure of the fault, as text."""
        value = _value(results, metric, fault)
        return "" if value is None else f"{value:,.{digits}f}"

    counts = ("callers", "requests", "whole", "partial", "failed")
    latencies = ("p50 before", "p50 during", "p99 before", "p99 during")
    return [
        fault,
        cell("seconds", 1),
        *(cell(metric, 0) for metric in counts),
        cell("longest wait seconds", 2),
        cell("not whole until seconds", 2),
        *(cell(metric, 0) for metric in latencies),
        _sentence(results, fault),
    ]


def _sentence(results: Results, fault: str) -> str:
    """Say what sellers saw, by the figures."""
    sentences = []
    n_requests = _value(results, "requests", fault) or 1.0
    for metric, verb, name in (
        ("failed", "failed", "failed"),
        ("partial", "were answered without", "missing"),
    ):
        count = _value(results, metric, fault)
        if count:
            reasons = _list_reasons(results, fault, name)
            sentences.append(f"{count / n_requests:.1%} {verb} ({reasons}).")
    if not sentences:
        sentences.append("All had whole answers.")

    before = _value(results, "p50 before", fault)
    during = _value(results, "p50 during", fault)
    if before and during and during > MIN_SLOWDOWN * before:
        sentences.append(f"Others waited {during / before:.1f} times as long.")
    return " ".join(sentences)


def _list_reasons(results: Results, fault: str, metric: str) -> str:
    return ", ".join(
        f"{item.value:,.0f} {item.slice}"
        for item in results.slices(metric, variant=fault)
        if item.slice
    )


def _overload(results: Results, fault: str) -> str:
    """Compare an overload with its goal; nothing for any other fault."""
    before = _value(results, "p99 before", fault)
    during = _value(results, "p99 during", fault)
    times = _value(results, "times callers", fault)
    if not (times and before and during):
        return ""
    refused = _value(results, "refused share", fault) or 0.0
    return (
        f"\nUnder overload p99 is {during / before:.2f} times that at capacity, and the goal is at"
        f" most {MAX_OVERLOAD_RATIO:g}; {refused:.1%} of the requests were refused."
    )


def _value(results: Results, metric: str, fault: str) -> float | None:
    found = results.get(metric, OURS, fault)
    return found.value if found else None
