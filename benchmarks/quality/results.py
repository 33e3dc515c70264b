"""What the quality benchmark found, by variant of the rows, contestant, metric and fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.quality.calibration import Confidence
from benchmarks.quality.intervals import Stated
from benchmarks.quality.jobs import MARKET, OURS, Job

LOWER_IS_BETTER = ("rmsle", "calibration_error", "seconds to train", "microseconds a listing")


@dataclass(frozen=True, slots=True)
class Results:
    """Figures, the price intervals of each fold, figures of the market, and costs.

    ``figures[variant, contestant, metric]`` maps a fold to a value; ``intervals`` has cold and warm
    ones; ``sure[metric]`` has the answers that a calibration error is of, fold by fold;
    ``market[name, metric]`` has a value for each seed; a cost is its median and the quartiles round
    it.
    """

    figures: dict[tuple[str, str, str], dict[int, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    intervals: dict[str, list[Stated]] = field(default_factory=lambda: defaultdict(list))
    sure: dict[str, list[Confidence]] = field(default_factory=lambda: defaultdict(list))
    market: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    costs: dict[str, tuple[float, float, float]] = field(default_factory=dict)

    def values(self, metric: str, contestant: str = OURS, variant: str = "train") -> list[float]:
        """A contestant's values of a metric, fold by fold; none where it has not got it."""
        there = self.figures.get((variant, contestant, metric), {})
        return [there[fold] for fold in sorted(there)]

    def contestants(self, metric: str, variant: str = "train") -> list[str]:
        """Everybody who has a metric, ours first."""
        return [each for one, each, name in self.figures if (one, name) == (variant, metric)]

    def metrics(self, variant: str = "train", contestant: str = OURS) -> list[str]:
        """The metrics that a contestant has."""
        return [name for one, each, name in self.figures if (one, each) == (variant, contestant)]

    def peers(self, metric: str, variant: str = "train") -> list[str]:
        """Peers that have a metric, the best one first."""
        there = [each for each in self.contestants(metric, variant) if each != OURS]
        means = {each: float(np.mean(self.values(metric, each, variant))) for each in there}
        better = 1 if metric.endswith(LOWER_IS_BETTER) else -1
        return sorted(there, key=lambda each: better * np.nan_to_num(means[each]))

    def gaps(self, metric: str, peer: str, variant: str = "train") -> list[float]:
        """By how much ours is better than a peer, fold by fold, in folds that both have."""
        ours = self.figures.get((variant, OURS, metric), {})
        theirs = self.figures.get((variant, peer, metric), {})
        sign = -1 if metric.endswith(LOWER_IS_BETTER) else 1
        return [sign * (ours[fold] - theirs[fold]) for fold in sorted({*ours} & {*theirs})]

    def raw(self) -> dict[str, Any]:
        """All figures as JSON has them."""
        figures: dict[str, Any] = {}
        for (variant, contestant, metric), values in self.figures.items():
            there = figures.setdefault(variant, {}).setdefault(contestant, {})
            there[metric] = [values[fold] for fold in sorted(values)]
        market: dict[str, Any] = {}
        for (name, metric), seeds in self.market.items():
            market.setdefault(name, {})[metric] = seeds
        return {"figures": figures, "market": market, "costs": self.costs}


def gather(results: Mapping[Job, Mapping[str, Any]]) -> Results:
    """Sort the results of jobs."""
    found = Results()
    for job, result in sorted(results.items(), key=lambda each: each[0].contestant != OURS):
        if job.variant == MARKET:
            for name, figures in result["figures"].items():
                for metric, value in figures.items():
                    found.market[name, metric].append(value)
            continue
        for metric, value in result.get("figures", {}).items():
            found.figures[job.variant, job.contestant, metric][job.number] = value
        for kind, stated in result.get("intervals", {}).items() if job.variant == "train" else ():
            found.intervals[kind].append(_stated(stated))
        if (job.variant, job.contestant) == ("train", OURS):
            for metric, answers in result.get("sure", {}).items():
                found.sure[metric].append(answers)
    return found


def distance(values: Sequence[float]) -> float:
    """Two standard errors of the mean; 0 of a single value."""
    spread = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return 2 * float(spread)


def _stated(told: Mapping[str, Any]) -> Stated:
    arrays = (np.array(told[name]) for name in ("truth", "median", "low", "high"))
    return Stated(*arrays, roots=tuple(told["roots"]))
