"""The gate beside the champion: decides from a comparison whether a challenger may replace it.

The first challenger that is judged on test rows must not be clearly worse: newer rows are a reason
for a release in themselves. Every further one on the same rows must show a gain. Of many
challengers one looks better by luck, so all of them share one chance of an error: the attempt ``k``
has ``alpha / (k (k + 1))``. These shares sum up to ``alpha`` for any number of attempts, and by
Bonferroni's inequality the chance that any of them is wrong is no larger.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.evaluation.gain import describe_gain, name_losses, quantile
from pipelines.records import ChampionComparison
from pipelines.training.gate import Verdict
from pipelines.training.gate_config import GateConfig

BYTES_PER_MB = 1e6


def check_against_champion(
    comparison: ChampionComparison, config: GateConfig
) -> Verdict:
    """Check the gain of a challenger, its slices, its latency, its size and its memory.

    Where the two cannot be compared, the gain is undecided and does not block.
    """
    reasons = list(_limits(comparison, config))
    if "skipped" in comparison:
        undecided = (f"not compared with the champion: {comparison['skipped']}",)
        return Verdict(not reasons, tuple(reasons), undecided)

    reasons += [*_failed_gain(comparison, config), *_failed_slices(comparison, config)]
    return Verdict(not reasons, tuple(reasons))


def alpha_of(attempt: int, alpha: float) -> float:
    """Return the share of ``alpha`` that an attempt at the same test rows has, counted from 1."""
    return alpha / (attempt * (attempt + 1))


def _failed_gain(comparison: ChampionComparison, config: GateConfig) -> Iterator[str]:
    """Yield why the gain in the main metric is not enough."""
    attempt = int(comparison["attempt"])
    reach = quantile(alpha_of(attempt, config.alpha)) * comparison["error"]
    gain = comparison["gain"]

    if attempt == 1 and not config.prove_gain:
        if gain + reach < 0:
            yield f"{describe_gain(comparison)} (at least {-gain - reach:.2g})"
    elif gain - reach <= config.min_gain:
        times = "" if attempt == 1 else f", attempt {attempt} at them"
        yield (
            f"{describe_gain(comparison)}{times}; a gain of more than {config.min_gain:g} must be"
            f" shown, and its lower bound is {gain - reach:.2g}"
        )


def _failed_slices(comparison: ChampionComparison, config: GateConfig) -> Iterator[str]:
    """Yield a clause about the kinds of listings that are clearly worse by more than is allowed."""
    slices = comparison["slices"]
    # Bonferroni: of many slices one seems worse by luck.
    reach = quantile(config.alpha / max(len(slices), 1))
    failed = [
        part
        for part in slices
        if -part["gain"] - reach * part["error"] > config.slice_allowance
    ]
    if failed:
        yield (
            f"{comparison['metric']} is worse than the champion's by more than the"
            f" {config.slice_allowance:g} allowed in {name_losses(failed)}"
        )


def _limits(comparison: ChampionComparison, config: GateConfig) -> Iterator[str]:
    """Yield a clause for each limit of latency, size or memory that is exceeded."""
    if "microseconds" in comparison:
        yield from _limit(
            "a suggestion takes",
            "microseconds",
            comparison["microseconds"],
            config.max_latency_ratio,
            config.max_microseconds,
        )
    yield from _limit(
        "it has",
        "MB",
        [size / BYTES_PER_MB for size in comparison["bytes"]],
        config.max_size_ratio,
        config.max_megabytes,
    )
    if "memory_bytes" in comparison:
        yield from _limit(
            "to a server it adds",
            "MB of memory",
            [used / BYTES_PER_MB for used in comparison["memory_bytes"]],
            config.max_memory_ratio,
            config.max_memory_megabytes,
        )


def _limit(
    words: str, unit: str, values: list[float], max_ratio: float, maximum: float
) -> Iterator[str]:
    ours, champions = values
    if champions and ours > max_ratio * champions:
        yield (
            f"{words} {ours:.4g} {unit}, and the champion's {champions:.4g};"
            f" {max_ratio:g} times as much is allowed"
        )
    if maximum and ours > maximum:
        yield f"{words} {ours:.4g} {unit}; at most {maximum:g} are allowed"
