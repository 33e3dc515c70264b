"""The section of docs/shops.md that compares all contestants in all shops."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.shared.markdown import bullets, describe_run, format_values, table
from benchmarks.shared.results import OURS, Results, Run
from benchmarks.shops.collect import ROWS
from benchmarks.shops.our_tables import photo_table, reliability_table
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
    "`gumtree` has about as many rows of every department by design.",
    "Figures are means over the folds with the standard error; differences are paired by fold.",
)
"""How the benchmark measures, for the page."""


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
        *bullets(_standing(comparisons)),
        "",
        *_ranks(results, shops),
    ]
    if plot:
        lines += ["", f"![Differences from the best peer]({plot})"]
    return "\n".join([*lines, *_parts(results, comparisons)])


def shops_of(results: Results) -> list[str]:
    """The shops of the results, in the order of measurement."""
    return list(dict.fromkeys(item.variant for item in results))


def _parts(results: Results, comparisons: Sequence[Comparison]) -> list[str]:
    """All tables below the standing; those without rows are left out."""
    shops = shops_of(results)
    parts = {
        "Intervals and calibration": reliability_table(results, shops),
        "Text, photos, and both": photo_table(results, shops),
    }
    for shop in shops:
        parts[_title(results, shop)] = _metrics(results, shop, comparisons)

    lines = []
    for title, part in parts.items():
        if part:
            lines += ["", f"### {title}", "", *part]
    return lines


def _standing(comparisons: Sequence[Comparison]) -> list[str]:
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


def _title(results: Results, shop: str) -> str:
    rows = results.get(ROWS, OURS, shop)
    return f"{shop}: {rows.n_rows:,} rows" if rows and rows.n_rows else shop


def _metrics(
    results: Results, shop: str, comparisons: Sequence[Comparison]
) -> list[str]:
    """Every metric of a shop by contestant, with the difference from the best peer."""
    by_metric = {item.metric: item for item in comparisons if item.shop == shop}
    names = _contestants(results, shop)

    rows = []
    for metric in COMPARED:
        cells = [format_values(results.values(metric, name, shop)) for name in names]
        if any(cells):
            rows.append([metric, *cells, _difference(by_metric.get(metric))])
    return table(["", *names, "better than the best peer by"], rows)


def _contestants(results: Results, shop: str) -> list[str]:
    """Those that were measured in a shop, in the order of the columns."""
    measured = {
        item.contestant
        for item in results
        if item.variant == shop and item.metric != ROWS
    }
    return [name for name in (OURS, *SHOP_PEERS) if name in measured]


def _difference(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    mark = " **behind**" if not comparison.is_level else ""
    return f"{comparison.gain.format()} ({comparison.best}){mark}"
