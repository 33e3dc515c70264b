"""The section of docs/shops.md that compares all contestants in all shops."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.shared.markdown import bullets, describe_run, format_values, table
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shops.collect import POOLED, ROWS
from benchmarks.shops.peer_jobs import SHOP_PEERS
from benchmarks.shops.standing import COMPARED, Comparison, compare, mean_ranks

METHOD = (
    "Folds are grouped by seller, else by title: five of them, three where a shop is large. Every"
    " row is tested once, without its group among those that a contestant learned from. A tenth of"
    " the other rows serves to choose settings and to calibrate; every contestant is refitted on"
    " these too.",
    "Ours has its default settings in every shop. Peers choose theirs on the validation rows of"
    " each fold; where there are 20,000 rows or more than 100 classes, on those of the first fold.",
    "Peers: tf-idf (words and pairs of words of title and description, 2 to 5 characters of both)"
    " with a linear support vector machine, ridge or logistic regression; LightGBM over tf-idf and"
    " categories; CatBoost with text and categories; fastText; vectors of a frozen sentence model"
    " beside the tf-idf, with the same linear models. Peers see no photos.",
    "Where rows times classes exceed 20 million, tf-idf has characters of the title only, and"
    " n-grams of three rows or more. From 20,000 rows on, CatBoost has one setting.",
    "Titles are those without the brand in `japan` and `fashion`, where they would give it away."
    " `warm_` shows every field but the answer, `typed_10_` the first ten characters of the title"
    " and nothing else. A model is measured where 200 rows have its label, and 100 of them another"
    " than the most frequent one.",
    "Figures are means over the folds with the standard error; differences are paired by fold.",
)
"""How the benchmark measures, for the page."""

COVERAGE_GOAL, CALIBRATION_GOAL = (0.76, 0.84), 0.05
"""Range of the coverage of 80 % intervals, and the largest calibration error, that are aimed at."""

COVERAGES = ("price coverage", "price warm_coverage")
MODES = {"text": "text_alone_", "photo": "photo_alone_", "both": ""}
"""Prefixes of the metrics of listings that show their text, their photos or both."""

PHOTO_METRICS = {"category": "top1", "brand": "top1", "price": "r2"}
"""The metric of each model that is compared between text, photo and both."""


def page_section(run: Run, results: Results, plot: str = "") -> str:
    """The section ``shops`` of the page, with the plot of that name if there is one."""
    shops = shops_of(results)
    comparisons = compare(results, shops)
    lines = [
        "## Ours beside tuned peers in every shop",
        "",
        describe_run(run),
        "",
        *bullets(METHOD),
        "",
        *bullets(_standing(results, comparisons)),
        "",
        *_ranks(results, shops),
    ]
    if plot:
        lines += ["", f"![Differences from the best peer]({plot})"]

    parts = {
        "Intervals and calibration": _reliability(results, shops),
        "Text, photos, and both": _photos(results, shops),
        **{
            _title(results, shop): _metrics(results, shop, comparisons)
            for shop in shops
        },
    }
    for title, part in parts.items():
        if part:
            lines += ["", f"### {title}", "", *part]
    return "\n".join(lines)


def shops_of(results: Results) -> list[str]:
    """The shops of the results, in the order of measurement."""
    return list(dict.fromkeys(item.variant for item in results))


def _standing(results: Results, comparisons: Sequence[Comparison]) -> list[str]:
    """The goals as sentences with their counts."""
    n_all = len(comparisons)
    n_level = sum(item.is_level for item in comparisons)
    n_ahead = sum(item.is_ahead for item in comparisons)
    behind = [
        f"{item.shop} {item.metric} ({item.gain.format()}, {item.best})"
        for item in comparisons
        if not item.is_level
    ]
    sentences = [
        f"Level with the best peer, not more than one standard error behind: {n_level} of {n_all}"
        " metrics (goal: all).",
        f"Ahead by two standard errors: {n_ahead} of {n_all} (goal: half).",
    ]
    if behind:
        sentences.append(f"Behind: {'; '.join(behind)}.")
    return sentences


def _ranks(results: Results, shops: Sequence[str]) -> list[str]:
    rows = []
    for name, (rank, count) in mean_ranks(results, shops).items():
        rows.append([name, f"{rank:.2f}", str(count)])
    return table(["contestant", "mean rank", "metrics of shops"], rows)


def _reliability(results: Results, shops: Sequence[str]) -> list[str]:
    """Coverage of the 80 % intervals, and calibration errors over the rows of all folds."""
    errors = dict.fromkeys(item.metric for item in results if item.slice == POOLED)
    rows = []
    for shop in shops:
        cells = [format_values(results.values(name, OURS, shop)) for name in COVERAGES]
        for metric in errors:
            item = results.get(metric, OURS, shop, POOLED)
            cells.append(item.estimate.format() if item else "")
        if any(cells):
            rows.append([shop, *cells])

    names = [
        name.replace("calibration_error", "error").replace("_", " ") for name in errors
    ]
    lines = table(["", "80 % interval covers", "covers, warm", *names], rows)
    low, high = COVERAGE_GOAL
    goal = (
        f"Goals: intervals cover {low:.0%} to {high:.0%}, calibration errors are at most"
        f" {CALIBRATION_GOAL}."
    )
    return [*lines, "", goal] if lines else []


def _photos(results: Results, shops: Sequence[str]) -> list[str]:
    rows = []
    for shop in shops:
        for model, metric in PHOTO_METRICS.items():
            names = [f"{model} {prefix}{metric}" for prefix in MODES.values()]
            values = [results.values(name, OURS, shop) for name in names]
            # Without text there is nothing to compare the photos with.
            if values[1]:
                cells = [format_values(column) for column in values]
                rows.append([f"{shop}, {model} {metric}", *cells])
    return table(["", *MODES], rows)


def _title(results: Results, shop: str) -> str:
    rows = results.get(ROWS, OURS, shop)
    return f"{shop}: {rows.n_rows:,} rows" if rows and rows.n_rows else shop


def _metrics(
    results: Results, shop: str, comparisons: Sequence[Comparison]
) -> list[str]:
    """Every metric of a shop by contestant, with the difference from the best peer."""
    by_metric = {item.metric: item for item in comparisons if item.shop == shop}
    measured = {item.contestant for item in results if item.variant == shop}
    names = [name for name in (OURS, *SHOP_PEERS) if name in measured]

    rows = []
    for metric in COMPARED:
        values = [results.values(metric, name, shop) for name in names]
        if any(values):
            cells = [format_values(column) for column in values]
            rows.append([metric, *cells, _difference(by_metric.get(metric))])
    return table(["", *names, "better than the best peer by"], rows)


def _difference(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    mark = " **behind**" if not comparison.is_level else ""
    return f"{comparison.gain.format()} ({comparison.best}){mark}"
