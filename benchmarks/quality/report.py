"""The page of the quality benchmark, rendered from its results."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.peers.contestants import PEERS
from benchmarks.quality.collect import (
    CONFIDENT_ACCURACY,
    CONFIDENT_SHARES,
    INTERVAL_COVERAGE,
    INTERVAL_GAIN,
    POOLED,
)
from benchmarks.quality.goal_table import check_all, goal_table
from benchmarks.quality.jobs import EXTRA
from benchmarks.quality.simulated import LANGUAGES, RULE_FIELDS, RULES
from benchmarks.shared.comparison import gains, ranked_peers
from benchmarks.shared.markdown import bullets, describe_run, format_values, table
from benchmarks.shared.results import OURS, TRAIN, Results, Run

METHOD = (
    "Cross-validation is grouped by seller, else by title. Every row is tested once; models and"
    " encoders are fitted without its group. A tenth of the other rows serves to choose settings"
    " and to calibrate; every contestant is refitted on these too.",
    "Prices below 3 are removed. Cold rows show title, description and condition; warm rows show"
    " everything but the answer. Our models answer as they are served.",
    "Peers: tf-idf with a linear support vector machine, ridge or logistic regression; the mean of"
    " four networks of the kind that won on Kaggle; fastText; LightGBM over tf-idf and categories;"
    " CatBoost with text and categories; vectors of a frozen sentence model beside tf-idf, with"
    " the same linear models.",
    'Figures are means over the folds with the standard error; "better by" is the mean of paired'
    " differences. Times are medians of one thread, with another job on the other core.",
    "Rows of the second table are added to training, except those whose group is tested.",
    'The synthetic market is drawn and split for each seed; "short by" compares answers by the'
    " probabilities of its rules.",
)
"""How the benchmark measures, for the page."""

TIMES = ("seconds to train", "microseconds a listing")

SKIPPED = (" rows", "baseline", "lift", *TIMES)
"""Endings of metrics that the tables of quality leave out."""


def page_section(
    run: Run, results: Results, photos: Sequence[Results], plot: str = ""
) -> str:
    """The section ``quality`` of the page, with the plot of that name if there is one."""
    outcomes = check_all(results, photos)
    lines = [
        f"# Quality on {run.dataset}",
        "",
        describe_run(run),
        "",
        *bullets(METHOD),
        "",
        *goal_table(outcomes),
        *tables(results),
    ]
    if plot:
        lines += ["", "### Learning curves", "", f"![Learning curves]({plot})"]
    return "\n".join(lines)


def tables(results: Results) -> list[str]:
    """All tables below that of the goals; those without rows are left out."""
    parts = {
        "Ours and peers": _contestants(results, TRAIN),
        "With the second table added to training": _contestants(results, EXTRA),
        "Seconds to train, and microseconds a listing": _times(results),
        "Intervals of the price": _intervals(results),
        "The surest answers": _surest(results),
        "Shipping beside the market's rules": _rules(results),
        "English and Japanese": _languages(results),
        "Our other figures": _other_figures(results),
    }
    lines = []
    for title, part in parts.items():
        if part:
            lines += ["", f"### {title}", "", *part]
    return lines


def _contestants(results: Results, variant: str) -> list[str]:
    """Every metric that some peer has, with paired differences from the best peer."""
    metrics = _shared_metrics(results, variant)
    measured: set[str] = set()
    for metric in metrics:
        measured.update(results.contestants(metric, variant))

    # The order of the columns is that of PEERS, not of the jobs that ended first.
    names = [OURS, *(name for name in PEERS if name in measured)]

    rows = []
    for metric in metrics:
        cells = [format_values(results.values(metric, name, variant)) for name in names]
        rows.append([metric, *cells, _margin(results, metric, variant)])
    return table(["", *names, "better than the best peer by"], rows)


def _margin(results: Results, metric: str, variant: str) -> str:
    best = ranked_peers(results, metric, variant)[0]
    margins = gains(results, metric, best, variant)
    return f"{format_values(margins)} ({best})"


def _shared_metrics(results: Results, variant: str) -> list[str]:
    return [
        metric
        for metric in results.metrics(OURS, variant)
        if ranked_peers(results, metric, variant) and not metric.endswith(SKIPPED)
    ]


def _times(results: Results) -> list[str]:
    """Medians over the folds: other load on the machine only makes times longer."""
    names = (OURS, *PEERS)
    models = dict.fromkeys(model for models in PEERS.values() for model in models)
    rows = []

    for model in ("encoder", *models):
        for metric in TIMES:
            values = [results.values(f"{model} {metric}", name) for name in names]
            cells = [_median(times) for times in values]
            if any(cells):
                rows.append([f"{model}, {metric}", *cells])

    return table(["", *names], rows)


def _median(times: Sequence[float]) -> str:
    return f"{np.median(times):,.0f}" if times else ""


def _intervals(results: Results) -> list[str]:
    """Coverage of all rows and of large categories, and the gain of individual widths."""
    rows = []
    for cold in results.slices(f"{INTERVAL_COVERAGE} cold"):
        warm = results.get(f"{INTERVAL_COVERAGE} warm", slice=cold.slice)
        cells = [
            cold.slice or "all",
            str(cold.n_rows),
            f"{cold.value:.3f}",
            f"{warm.value:.3f}" if warm else "",
            f"{cold.standard_error:.3f}",
        ]
        rows.append(cells)

    header = (
        "80 % interval of the price",
        "rows",
        "covers cold",
        "covers warm",
        "error if it held",
    )
    return [*table(header, rows), *_interval_gain(results)]


def _interval_gain(results: Results) -> list[str]:
    by_context = []
    for context in ("cold", "warm"):
        gain = results.get(f"{INTERVAL_GAIN} {context}")
        if gain:
            by_context.append(f"{gain.estimate.format()} {context}")

    if not by_context:
        return []
    sentence = (
        "Its interval score (Winkler) beats that of one conformal width for all by"
    )
    return ["", f"{sentence} {', '.join(by_context)}."]


def _surest(results: Results) -> list[str]:
    """Accuracy of the most confident first answers, and the calibration error of all."""
    labels = [f"surest {share:.0%}" for share in CONFIDENT_SHARES]
    pooled = [item for item in results if item.slice == POOLED]
    rows = []

    for error in pooled:
        name = error.metric.removesuffix("calibration_error")
        cells = []
        for label in labels:
            accuracy = results.get(f"{name}{CONFIDENT_ACCURACY}", slice=label)
            cells.append(accuracy.estimate.format() if accuracy else "")
        rows.append([name.replace("_", " ").strip(), *cells, error.estimate.format()])

    return table(
        ["share of listings", *labels, "calibration error of all folds together"],
        rows,
    )


def _rules(results: Results) -> list[str]:
    """Accuracies beside the best possible; "short by" is counted by the rules' probabilities."""
    rows = []
    for field in RULE_FIELDS:
        for prefix in ("", "warm "):
            names = [f"{prefix}{field} {column}" for column in ("top1", "best", "gap")]
            columns = [results.values(name, variant=RULES) for name in names]
            if all(columns):
                title = f"{prefix}{field.replace('_', ' ')}"
                rows.append([title, *(format_values(column) for column in columns)])

    return table(["", "ours", "who knows the rules", "short by"], rows)


def _languages(results: Results) -> list[str]:
    first, second = LANGUAGES
    rows = []

    for metric in results.metrics(OURS, first):
        columns = [
            results.values(metric, variant=language) for language in (first, second)
        ]
        # Seed by seed, so that the error of the gap is that of paired differences.
        gaps = np.subtract(columns[0], columns[1]).tolist()
        cells = [format_values(column) for column in (*columns, gaps)]
        rows.append([metric, *cells])

    return table(["", first, second, "gap"], rows)


def _other_figures(results: Results) -> list[str]:
    """Figures of ours that no peer has."""
    shared = _shared_metrics(results, TRAIN)
    rows = []

    for metric in results.metrics():
        is_elsewhere = metric in shared or metric.startswith(INTERVAL_GAIN)
        values = results.values(metric)
        # Figures over the rows of all folds have no values by fold, and tables of their own.
        if values and not is_elsewhere and not metric.endswith((*TIMES, " rows")):
            rows.append([metric, format_values(values)])

    return table(["", "mean"], rows)
