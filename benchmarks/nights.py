"""Nights of retraining on the same test rows: how often luck alone promotes a challenger.

A shop has one snapshot. Every night a new challenger is judged beside the champion on the same test
rows, by the gate of a training run. The standard error of a gain in accuracy is computed by its
formula, which the bootstrap approaches (Efron and Tibshirani, An Introduction to the Bootstrap,
1993, chapter 6).
"""

from __future__ import annotations

from dataclasses import dataclass

import click
import numpy as np
from numpy.typing import NDArray

from pipelines.records import ChampionComparison
from pipelines.training.champion_gate import check_against_champion
from pipelines.training.gate_config import GateConfig

ROWS = 400
"""Test rows of a shop."""

ACCURACY = 0.7
"""Chance that a model is right about a row."""

REDRAWN = 0.2
"""Share of rows that a challenger answers independently of the champion."""

Hits = NDArray[np.bool_]
"""Whether a model is right about each row."""


@dataclass(frozen=True, slots=True)
class Nights:
    """What came of the shops: in how many of them any night promoted a challenger."""

    shops: int
    promoted: int

    @property
    def rate(self) -> float:
        """The share of shops with a promotion."""
        return self.promoted / self.shops


def simulate(
    shops: int,
    nights: int,
    alpha: float,
    seed: int,
    gain: float = 0.0,
    is_shared: bool = True,
) -> Nights:
    """Simulate the nights of each shop until its first promotion.

    Every challenger is really better by ``gain``. Where ``alpha`` is not shared, each night has all
    of it, as if it were the only one. The champion itself was the first attempt.
    """
    generator = np.random.default_rng(seed)
    config = GateConfig(alpha=alpha, prove_gain=not is_shared)
    promoted = 0
    for _ in range(shops):
        champion = generator.random(ROWS) < ACCURACY
        for night in range(nights):
            challenger = _challenger(generator, champion, gain)
            attempt = night + 2 if is_shared else 1
            record = compare_hits(challenger, champion, attempt)
            if check_against_champion(record, config).passed:
                promoted += 1
                break
    return Nights(shops, promoted)


def compare_hits(challenger: Hits, champion: Hits, attempt: int) -> ChampionComparison:
    """Return the comparison of two models by the rows that each is right about."""
    differences = challenger.astype(float) - champion
    return ChampionComparison(
        metric="top1",
        rows=len(differences),
        gain=float(differences.mean()),
        error=float(differences.std() / len(differences) ** 0.5),
        slices=[],
        bytes=[1, 1],
        attempt=attempt,
    )


def _challenger(generator: np.random.Generator, champion: Hits, gain: float) -> Hits:
    """Draw the answers of a challenger, most of which are those of the champion."""
    accuracy = ACCURACY + gain / REDRAWN
    redrawn = generator.random(ROWS) < REDRAWN
    return np.where(redrawn, generator.random(ROWS) < accuracy, champion)


@click.command()
@click.option("--shops", default=1_000, show_default=True)
@click.option("--nights", default=200, show_default=True)
@click.option("--alpha", default=0.05, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(shops: int, nights: int, alpha: float, seed: int) -> None:
    """Print in how many shops luck promotes a challenger, with alpha shared and without."""
    for words, is_shared in (
        ("shared by all nights", True),
        ("anew each night", False),
    ):
        result = simulate(shops, nights, alpha, seed, is_shared=is_shared)
        click.echo(
            f"alpha {alpha:g} {words}: {result.promoted} of {result.shops} shops, {result.rate:.1%}"
        )


if __name__ == "__main__":
    main()
