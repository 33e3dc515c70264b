"""The section about shipping on the page of shops, rendered from its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shipping.tables import FEE, PAYER, TABLES, Table

METHOD = (
    "Folds are grouped by seller, else by title: every row is tested once, by models and an encoder"
    " that were fitted without its group. Figures are means over the folds with their standard"
    " error.",
    "Early rows show title, description and condition; full rows show every field but those that"
    " the model answers, weight and dimensions among them.",
    "A rate card has the twelve commonest fees of the training rows; a category gets the one that"
    " is nearest to its median. Ridge reads tf-idf, category, brand, condition, price, weight and"
    " volume; LightGBM category, price, weight and sides. Intervals of the medians are quantiles of"
    " the training fees.",
    '"Error" is the mean absolute error in the currency of the shop, "R2" that of the logarithm,'
    ' "covered" the share of fees within the 80 % interval, and "width" the median quotient of its'
    " ends, plus one each.",
)

FEE_METRICS = (
    ("error", "mae", 2),
    ("within 20 %", "within 20 %", 3),
    ("exact", "accuracy", 3),
    ("R2", "r2", 3),
    ("covered", "coverage", 3),
    ("width", "width", 2),
)
"""Columns of the tables of fees: heading, metric, digits."""


def page_section(run: Run, results: Results) -> str:
    """The section ``shipping`` of the page."""
    lines = ["## Shipping", "", describe_run(run), "", *bullets(METHOD), ""]
    for shop in TABLES:
        if shop.target == FEE and results.contestants("full mae", shop.name):
            lines += _fee_table(shop, results, run)
    return "\n".join([*lines, *_payer_table(results, run)])


def _fee_table(shop: Table, results: Results, run: Run) -> list[str]:
    rows = _fee_rows(results, shop.name)
    headings = [heading for heading, _, _ in FEE_METRICS]
    head = ["context", "method", *headings]

    # Exact answers are not measured among many fees.
    kept = [column for column in range(len(head)) if any(row[column] for row in rows)]
    shown = [_take(cells, kept) for cells in rows]
    n_rows = _n_rows(results, "full mae", shop.name)
    measured = _measured(results, shop, run)
    return [
        f"### Fees of {shop.name}",
        "",
        f"{n_rows:,} rows with a fee. {shop.note}{measured}",
        "",
        *table(_take(head, kept), shown),
        "",
    ]


def _fee_rows(results: Results, variant: str) -> list[list[str]]:
    rows = []
    for context in ("early", "full"):
        for contestant in results.contestants(f"{context} mae", variant):
            cells = _fee_cells(results, context, contestant, variant)
            rows.append([context, contestant, *cells])
    return rows


def _fee_cells(
    results: Results, context: str, contestant: str, variant: str
) -> Iterator[str]:
    for _, metric, digits in FEE_METRICS:
        name = f"{context} {metric}"
        yield _cell(results, name, contestant, variant, digits)


def _payer_table(results: Results, run: Run) -> list[str]:
    rows: list[list[str]] = []
    notes = []
    for shop in TABLES:
        of_shop = list(_payer_rows(results, shop.name))
        if shop.target == PAYER and of_shop:
            rows += of_shop
            measured = _measured(results, shop, run)
            notes.append(f"{shop.name}: {shop.note}{measured}")
    if not rows:
        return []

    head = ["shop", "rows", "method", "early AUC", "full AUC"]
    return ["### Who pays", "", *table(head, rows), "", *bullets(notes), ""]


def _payer_rows(results: Results, variant: str) -> Iterator[list[str]]:
    n_rows = _n_rows(results, "early auc", variant)
    for contestant in results.contestants("early auc", variant):
        early = _cell(results, "early auc", contestant, variant, digits=3)
        full = _cell(results, "full auc", contestant, variant, digits=3)
        yield [variant, f"{n_rows:,}", contestant, early, full]


def _measured(results: Results, shop: Table, run: Run) -> str:
    """Say when and at which commit a table was measured, where that was another run."""
    this_run = (run.date, run.commit)
    for item in results:
        measured = (item.date, item.commit)
        if item.variant == shop.name and measured != this_run:
            return f" Measured on {item.date} at commit {item.commit}."
    return ""


def _cell(
    results: Results, metric: str, contestant: str, variant: str, digits: int
) -> str:
    found = results.get(metric, contestant, variant)
    return found.estimate.format(digits) if found else ""


def _n_rows(results: Results, metric: str, variant: str) -> int:
    found = results.get(metric, OURS, variant)
    return (found.n_rows or 0) if found else 0


def _take(cells: Sequence[str], columns: Sequence[int]) -> list[str]:
    return [cells[column] for column in columns]
