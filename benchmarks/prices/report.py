"""The section of the page about what a price is."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.prices.seller_prices import (
    ABSOLUTE_ERROR,
    ERRORS,
    IGNORED,
    INSIDE,
    KNOWN_FEE,
    MEAN_ERROR,
    MEDIAN_ERROR,
    METHODS,
    NEAR,
    SUGGESTED_FEE,
)
from benchmarks.shared.markdown import describe_run, table
from benchmarks.shared.results import Result, Results, Run

EXACT = "exact"

KNOWN = {"buyer": " whose fee is known", "seller": ""}
"""What is said of the listings in the exact check, by payer."""

COLUMNS = (MEAN_ERROR, MEDIAN_ERROR, ABSOLUTE_ERROR, INSIDE, NEAR)

WORDS = {
    IGNORED: "the suggested price as it is",
    SUGGESTED_FEE: "less the fee that is commonest among other listings",
    KNOWN_FEE: "less the listing's own fee",
}


def page_section(run: Run, results: Results) -> str:
    """The section: the exact check, then the errors of the suggested seller's price."""
    head = ["payer", "seller's price", "rows"]
    for metric in COLUMNS:
        head.append(f"{metric}, USD" if metric in ERRORS else metric)

    lines = [
        *_known(results),
        "",
        *table(head, list(_rows(results))),
        "",
        describe_run(run),
    ]
    return "\n".join(lines)


def _known(results: Results) -> Iterator[str]:
    """Yield a sentence for each payer."""
    for payer in ("buyer", "seller"):
        found = _find(results, KNOWN_FEE, EXACT, payer)
        if found and found.value is not None and found.n_rows:
            n_exact = round(found.value * found.n_rows)
            yield (
                f"- The {payer} pays: the seller's price is that of the other table in {n_exact} of"
                f" {found.n_rows} listings{KNOWN[payer]}."
            )


def _rows(results: Results) -> Iterator[list[str]]:
    for payer in ("buyer", "seller"):
        for method in METHODS:
            cells = []
            n_rows = None
            for metric in COLUMNS:
                found = _find(results, method, metric, payer)
                if found is not None:
                    digits = 2 if metric in ERRORS else 3
                    cells.append(found.estimate.format(digits))
                    n_rows = found.n_rows
            if cells:
                yield [payer, WORDS[method], str(n_rows), *cells]


def _find(results: Results, method: str, metric: str, payer: str) -> Result | None:
    return results.get(metric, method, variant="", slice=payer)
