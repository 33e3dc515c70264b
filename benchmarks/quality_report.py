"""What the quality benchmark found, fold by fold, and its tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from benchmarks.intervals import Stated, coverage, gain_over_constant
from benchmarks.sections import mean_and_error


@dataclass(frozen=True, slots=True)
class Found:
    """Figures by metric, one a fold: ours, those of each peer, and our price intervals."""

    ours: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    peers: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(dict))
    intervals: dict[str, list[Stated]] = field(default_factory=lambda: defaultdict(list))

    def best_peer(self, metric: str) -> str:
        """Name the peer that is best on a metric."""
        there = {name: np.mean(each[metric]) for name, each in self.peers.items() if metric in each}
        return max(there, key=lambda name: there[name])

    def gaps(self, metric: str) -> list[float]:
        """Ours less the best peer's, fold by fold."""
        best = self.peers[self.best_peer(metric)][metric]
        return [ours - theirs for ours, theirs in zip(self.ours[metric], best, strict=True)]


def shared(found: Found) -> list[str]:
    """Metrics that some peer has too."""
    return list(dict.fromkeys(name for each in found.peers.values() for name in each))


def tables(found: Found) -> list[str]:
    """Return the lines of the tables: what peers have too, intervals, and the rest."""
    lines = [f"| | ours | {' | '.join(found.peers)} | better by |"]
    lines.append("|---" * (len(found.peers) + 3) + "|")
    for name in shared(found):
        cells = [
            mean_and_error(each[name]) if name in each else "" for each in found.peers.values()
        ]
        gap = mean_and_error(found.gaps(name))
        lines.append(
            f"| {name} | {mean_and_error(found.ours[name])} | {' | '.join(cells)} | {gap} |"
        )
    lines += ["", *_interval_tables(found), "", "| our other figures | mean |", "|---|---|"]
    others = (name for name in found.ours if name not in shared(found))
    lines += [
        f"| {name} | {mean_and_error(found.ours[name])} |"
        for name in others
        if not name.endswith(" rows")
    ]
    return [*lines, ""]


def _interval_tables(found: Found) -> list[str]:
    """Whether intervals hold, in all and in large categories, and what their widths are worth."""
    lines = ["| 80 % interval of the price | rows | covers cold | covers warm | error if it held |"]
    lines.append("|---|---|---|---|---|")
    cold, warm = coverage(found.intervals["cold"]), coverage(found.intervals["warm"])
    for root, (share, error, rows) in cold.items():
        lines.append(
            f"| {root or 'all'} | {rows} | {share:.3f} | {warm[root][0]:.3f} | {error:.3f} |"
        )
    gains = {kind: gain_over_constant(each) for kind, each in found.intervals.items()}
    worth = ", ".join(f"{mean_and_error(each)} {kind}" for kind, each in gains.items())
    return [
        *lines,
        "",
        f"Its interval score (Winkler) beats that of one conformal width for all by {worth}.",
    ]
