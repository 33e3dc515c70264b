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


def page_section(run: Run, results: Results) -> str:
    """The section: every method over all shops, ours by shop, and how well it is calibrated."""
    methods = list(dict.fromkeys((item.contestant, item.variant) for item in results))
    slices = [
        item.slice for item in results if item.metric == SECONDS and _is_ours(item)
    ]
    shops = [name for name in dict.fromkeys(slices) if name != ALL]

    lines = [
        *table(
            ["method", *COLUMNS],
            [
                [_name(contestant, variant), *_cells(results, contestant, variant, ALL)]
                for contestant, variant in methods
            ],
        ),
        "",
        *table(
            ["shop", "labelled", *COLUMNS, ECE, COMMITTED, COMMIT_PRECISION, SECONDS],
            [_shop_row(results, name) for name in (*shops, ALL)],
        ),
        "",
        describe_run(run),
    ]
    return "\n".join(lines)


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
