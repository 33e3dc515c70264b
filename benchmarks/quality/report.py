"""The tables of the quality benchmark below that of its goals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.quality.calibration import pooled_error, surest
from benchmarks.quality.intervals import coverage, gain_over_constant
from benchmarks.quality.jobs import OURS, PEERS
from benchmarks.quality.results import Results
from benchmarks.quality.simulated import LANGUAGES, RULED
from benchmarks.shared.markdown import mean_and_error

TIMES = ("seconds to train", "microseconds a listing")
SHARES = (0.1, 0.2, 0.35, 0.6, 1.0)
"""Of the surest answers, in the table that says how often they are right."""

SKIPPED = (" rows", "baseline", "lift", *TIMES)
"""Endings of metrics that the tables of quality leave out."""


def tables(found: Results) -> list[str]:
    """Return all tables in Markdown: contestants, times, intervals, the market, and the rest."""
    parts = [
        ("### Ours and peers", _contest(found, "train")),
        ("### With the second table added to training", _contest(found, "extra")),
        ("### Seconds to train, and microseconds a listing", _times(found)),
        ("### Intervals of the price", _intervals(found)),
        ("### The surest answers", _surest(found)),
        ("### Shipping beside the market's rules", _rules(found)),
        ("### English and Japanese", _languages(found)),
        ("### Our other figures", _others(found)),
    ]
    return [line for title, lines in parts if lines for line in ("", title, "", *lines)]


def _contest(found: Results, variant: str) -> list[str]:
    """Every metric of quality that some peer has, with paired differences from the best peer."""
    names = [name for name in PEERS if any(name in each for each in _who(found, variant))]
    lines = [f"| | ours | {' | '.join(names)} | better than the best peer by |"]
    lines.append("|---" * (len(names) + 3) + "|")
    shared = _shared(found, variant)
    for metric in shared:
        peers = found.peers(metric, variant)
        cells = [_cell(found.values(metric, name, variant)) for name in (OURS, *names)]
        gap = mean_and_error(found.gaps(metric, peers[0], variant))
        lines.append(f"| {metric} | {' | '.join(cells)} | {gap} ({peers[0]}) |")
    return lines if shared else []


def _who(found: Results, variant: str) -> list[list[str]]:
    return [found.contestants(metric, variant) for metric in found.metrics(variant)]


def _shared(found: Results, variant: str) -> list[str]:
    return [
        metric
        for metric in found.metrics(variant)
        if found.peers(metric, variant) and not metric.endswith(SKIPPED)
    ]


def _times(found: Results) -> list[str]:
    """Medians over the folds, since whatever else runs on the machine only makes them longer."""
    lines = ["| | " + " | ".join((OURS, *PEERS)) + " |", "|---" * (len(PEERS) + 2) + "|"]
    models = ("encoder", *dict.fromkeys(name for each in PEERS.values() for name in each))
    for model in models:
        for what in TIMES:
            values = [found.values(f"{model} {what}", name) for name in (OURS, *PEERS)]
            if any(values):
                cells = [f"{np.median(each):,.0f}" if each else "" for each in values]
                lines.append(f"| {model}, {what} | {' | '.join(cells)} |")
    return lines if len(lines) > 2 else []


def _intervals(found: Results) -> list[str]:
    """Whether intervals hold, in all and in large categories, and what their widths are worth."""
    if not found.intervals:
        return []
    lines = ["| 80 % interval of the price | rows | covers cold | covers warm | error if it held |"]
    lines.append("|---|---|---|---|---|")
    cold, warm = coverage(found.intervals["cold"]), coverage(found.intervals["warm"])
    for root, (share, error, rows) in cold.items():
        lines.append(
            f"| {root or 'all'} | {rows} | {share:.3f} | {warm[root][0]:.3f} | {error:.3f} |"
        )
    if len(found.intervals["cold"]) < 2:
        return lines
    gains = {kind: gain_over_constant(each) for kind, each in found.intervals.items()}
    worth = ", ".join(f"{mean_and_error(each)} {kind}" for kind, each in gains.items())
    return [
        *lines,
        "",
        f"Its interval score (Winkler) beats that of one conformal width for all by {worth}.",
    ]


def _surest(found: Results) -> list[str]:
    """How often the surest first answers are right, and how far off probabilities are in all."""
    if not found.sure:
        return []
    lines = [f"| share of listings | {' | '.join(f'surest {share:.0%}' for share in SHARES)} |"]
    lines[0] += " calibration error of all folds together |"
    lines.append("|---" * (len(SHARES) + 2) + "|")
    for metric, folds in found.sure.items():
        cells = [f"{surest(folds, share):.3f}" for share in SHARES]
        name = metric.removesuffix("calibration_error").replace("_", " ")
        lines.append(f"| {name}| {' | '.join(cells)} | {pooled_error(folds):.3f} |")
    return lines


def _rules(found: Results) -> list[str]:
    """Accuracies beside the best there is; "short by" is counted by the odds of the rules."""
    lines = ["| | ours | who knows the rules | short by |", "|---|---|---|---|"]
    for field in RULED:
        for prefix in ("", "warm "):
            columns = [
                found.market.get(("rules", f"{prefix}{field} {name}"), [])
                for name in ("top1", "best", "gap")
            ]
            if all(columns):
                cells = " | ".join(map(mean_and_error, columns))
                lines.append(f"| {prefix}{field.replace('_', ' ')} | {cells} |")
    return lines if len(lines) > 2 else []


def _languages(found: Results) -> list[str]:
    lines = [f"| | {' | '.join(LANGUAGES)} | gap |", "|---" * (len(LANGUAGES) + 2) + "|"]
    for language, name in found.market:
        if language == next(iter(LANGUAGES)):
            columns = [found.market[each, name] for each in LANGUAGES]
            gaps = np.subtract(*columns).tolist()
            lines.append(f"| {name} | {' | '.join(map(mean_and_error, [*columns, gaps]))} |")
    return lines if len(lines) > 2 else []


def _others(found: Results) -> list[str]:
    lines = ["| | mean |", "|---|---|"]
    shared = _shared(found, "train")
    for metric in found.metrics():
        if metric not in shared and not metric.endswith(TIMES) and not metric.endswith(" rows"):
            lines.append(f"| {metric} | {_cell(found.values(metric))} |")
    return lines if len(lines) > 2 else []


def _cell(values: Sequence[float]) -> str:
    return mean_and_error(values) if values else ""
