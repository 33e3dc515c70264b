"""The section of the page on shops about the mapping of category trees."""

from __future__ import annotations

from benchmarks.shared.markdown import describe_run, table
from benchmarks.shared.results import OURS, TRAIN, Result, Results, Run
from benchmarks.taxonomy.measure import (
    COMMIT_PRECISION,
    COMMITTED,
    COVERAGE,
    DEPARTMENT,
    ECE,
    EXACT,
    TOP,
    TOPS,
)

ALL = "all"
"""The slice of all shops together."""

SECONDS = "seconds"

COLUMNS = (*(f"{TOP} {top}" for top in TOPS), EXACT, DEPARTMENT, COVERAGE)

SHOP_COLUMNS = (
    "shop",
    "labelled",
    *COLUMNS,
    ECE,
    COMMITTED,
    COMMIT_PRECISION,
    SECONDS,
)


def page_section(run: Run, results: Results) -> str:
    """The section: every method over all shops, ours by shop, and how well it is calibrated."""
    lines = [
        *table(["method", *COLUMNS], _method_rows(results)),
        "",
        *table(SHOP_COLUMNS, _shop_rows(results)),
        "",
        describe_run(run),
    ]
    return "\n".join(lines)


def _method_rows(results: Results) -> list[list[str]]:
    methods = dict.fromkeys((item.contestant, item.variant) for item in results)
    rows = []
    for contestant, variant in methods:
        cells = _cells(results, contestant, variant, ALL)
        rows.append([_name(contestant, variant), *cells])
    return rows


def _shop_rows(results: Results) -> list[list[str]]:
    """Return our figures of each shop, then those of all together."""
    slices: dict[str, None] = {}
    for item in results:
        if item.metric == SECONDS and _is_ours(item):
            slices[item.slice] = None

    shops = [name for name in slices if name != ALL]
    return [_shop_row(results, name) for name in (*shops, ALL)]


def _shop_row(results: Results, name: str) -> list[str]:
    first = results.get(COLUMNS[0], slice=name)
    more = [
        _format(results.get(metric, slice=name))
        for metric in (ECE, COMMITTED, COMMIT_PRECISION)
    ]
    seconds = results.get(SECONDS, slice=name)
    return [
        name,
        str(first.n_rows) if first else "",
        *_cells(results, OURS, TRAIN, name),
        *more,
        _format(seconds, digits=0),
    ]


def _cells(results: Results, contestant: str, variant: str, name: str) -> list[str]:
    return [
        _format(results.get(metric, contestant, variant, name)) for metric in COLUMNS
    ]


def _format(item: Result | None, digits: int = 2) -> str:
    return item.estimate.format(digits) if item else ""


def _name(contestant: str, variant: str) -> str:
    return contestant if variant == TRAIN else f"{contestant}, {variant}"


def _is_ours(item: Result) -> bool:
    return (item.contestant, item.variant) == (OURS, TRAIN)
