"""The page's section on photos, rendered from the results of ``benchmarks.photos.run``."""

from __future__ import annotations

from benchmarks.shared.markdown import bullets, describe_run, table
from benchmarks.shared.results import Results, Run

METHOD = (
    "Rows are those of `clothing` (photos that sellers took, no text), of `fashion` (catalogue"
    " photos with titles) or of `gumtree` (photos, titles and descriptions of sellers).",
    "The category is the last level of theirs, if it has ten titles or sellers, and the whole path"
    " on `gumtree`. The brand is removed from the titles of `fashion`.",
    "Cross-validation is grouped by seller, else by title. Every row is tested once; models and"
    " encoders are fitted without its group.",
    "The linear probe is a logistic regression on the vectors of the same photo encoder, fitted on"
    " all rows that are not tested.",
    "Figures are accuracies on test rows, of prices R2 of the logarithm, means over the folds with"
    " the standard error; differences are paired.",
)
"""How the benchmark measures, for the page."""

TIMES = ("seconds", "ms")
"""First words of metrics that are times."""


def page_section(run: Run, results: Results) -> str:
    """The section of the page on one data set."""
    lines = [
        f"## Photos: {run.dataset}",
        "",
        describe_run(run),
        "",
        *bullets(METHOD),
        "",
        *result_table(run.dataset, results),
    ]
    return "\n".join(lines)


def result_table(dataset: str, results: Results) -> list[str]:
    """Lines of the table: metrics by encoder."""
    # A dict keeps the order of measurement, a set would not.
    encoders = list(dict.fromkeys(item.contestant for item in results))
    metrics = list(dict.fromkeys(item.metric for item in results))
    rows = []

    for metric in metrics:
        digits = 1 if metric.startswith(TIMES) else 3
        cells = []
        for encoder in encoders:
            item = results.get(metric, encoder)
            cells.append(item.estimate.format(digits) if item else "")
        rows.append([metric, *cells])

    return table([dataset, *encoders], rows)
