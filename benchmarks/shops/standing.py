"""Where our models stand among their peers over all shops: paired differences, and ranks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.stats import rankdata

from benchmarks.shared.comparison import ranked_peers
from benchmarks.shared.results import OURS, Estimate, Results

COMPARED = (
    "category top1",
    "category top5",
    "category typed_10_top5",
    "category typed_20_top5",
    "brand top1",
    "brand top5",
    "brand recall",
    "brand precision_at_60",
    "price r2",
    "price warm_r2",
    "shipping auc",
    "shipping warm_auc",
)
"""Metrics that count; more is better. RMSLE says what R2 says, and calibration has its own goal."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours beside the best peer, in one metric of one shop.

    Attributes:
        shop: name of the shop.
        metric: name of the metric.
        best: name of the best peer by its mean.
        gain: by how much ours is better, paired by fold.
    """

    shop: str
    metric: str
    best: str
    gain: Estimate

    @property
    def errors(self) -> float:
        """The gain in standard errors; infinite where there is no error."""
        mean, error = self.gain.mean or 0.0, self.gain.standard_error or 0.0
        if error:
            return mean / error
        return math.copysign(math.inf, mean) if mean else 0.0

    @property
    def is_level(self) -> bool:
        """Whether ours is not more than one standard error behind."""
        return self.errors >= -1

    @property
    def is_ahead(self) -> bool:
        """Whether ours is ahead by two standard errors."""
        return self.errors >= 2


def compare(results: Results, shops: Sequence[str]) -> list[Comparison]:
    """Compare ours with the best peer in each metric that both have, shop by shop."""
    comparisons = []
    for shop, metric in product(shops, COMPARED):
        peers = ranked_peers(results, metric, shop)
        if not peers:
            continue

        best = peers[0]
        differences = _differences(results, metric, best, shop)
        # Without a fold that both have there is nothing to compare.
        if differences:
            gain = Estimate.from_values(differences)
            comparisons.append(Comparison(shop, metric, best, gain))
    return comparisons


def _differences(results: Results, metric: str, peer: str, shop: str) -> list[float]:
    """By how much ours is better in each fold; a precision that was not reached counts as 0."""
    ours = results.by_repetition(metric, OURS, shop)
    theirs = results.by_repetition(metric, peer, shop)
    shared_folds = sorted(ours.keys() & theirs.keys())

    differences = []
    for fold in shared_folds:
        pair = np.nan_to_num([ours[fold], theirs[fold]])
        differences.append(float(pair[0] - pair[1]))
    return differences


def mean_ranks(results: Results, shops: Sequence[str]) -> dict[str, tuple[float, int]]:
    """Return the mean rank of each contestant and the number of ranks, the best first.

    A contestant is ranked in the metrics of the shops in which it answers; 1 is best.
    """
    ranks: dict[str, list[float]] = defaultdict(list)
    for means in _means(results, shops):
        names = list(means)
        # Equals share the mean of their ranks.
        own = rankdata([-means[name] for name in names])
        for name, rank in zip(names, own, strict=True):
            ranks[name].append(float(rank))

    pairs = {name: (float(np.mean(own)), len(own)) for name, own in ranks.items()}
    return dict(sorted(pairs.items(), key=lambda item: item[1]))


def _means(results: Results, shops: Sequence[str]) -> Iterator[Mapping[str, float]]:
    """Yield the means of all contestants in each metric of a shop that ours has."""
    for shop, metric in product(shops, COMPARED):
        names = results.contestants(metric, shop)
        if OURS not in names or len(names) < 2:
            continue

        means = {}
        for name in names:
            # A precision that was not reached counts as 0.
            values = np.nan_to_num(results.values(metric, name, shop))
            means[name] = float(np.mean(values))
        yield means
