"""A replay in a table and in sentences, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.replay.challengers import ReleaseReplay
from pipelines.replay.check import Check
from pipelines.replay.estimators import ESTIMATORS
from pipelines.replay.replay import Replay
from pipelines.weekly_report.sentences import percent, points

MIN_EFFECTIVE = 50
"""Effective listings below which intervals are not to be trusted."""

_WIDTH = 26


def describe_cut(replay: Replay, top_k: int) -> Iterator[str]:
    """Yield the lines on a shorter list of categories."""
    yield describe_size(replay, "saw categories best first")
    yield from table(replay, f"the first {top_k}", "all")
    yield describe_difference(replay, f"With {top_k} categories")
    yield from describe_support(replay)


def describe_release(result: ReleaseReplay, release: str, top_k: int) -> Iterator[str]:
    """Yield the lines on a release."""
    replay = result.replay
    ranks = "the first category" if top_k == 1 else f"one of the first {top_k}"
    yield describe_size(replay, "saw categories in a drawn order")
    yield f"A listing counts as accepted where its seller takes {ranks}."
    yield from table(replay, f"release {release}", "in use")
    yield describe_difference(replay, f"With release {release}")
    yield from describe_support(replay)
    yield from describe_weights(replay)
    if result.not_kept:
        yield f"{result.not_kept:,} further listings are not kept, and are left out."
    yield from describe_check(result.check)


def table(replay: Replay, challenger: str, baseline: str) -> Iterator[str]:
    """Yield the estimates, a line for each ranking and a column for each estimator."""
    yield _line("", *ESTIMATORS)
    for name, values in ((baseline, replay.baseline), (challenger, replay.challenger)):
        yield _line(name, *(percent(values[each]) for each in ESTIMATORS))
    differences = (points(replay.difference[each]) for each in ESTIMATORS)
    yield _line("difference", *differences)


def describe_size(replay: Replay, what: str) -> str:
    """Return how many listings there are, and what was accepted of what was shown."""
    return (
        f"{replay.listings:,} listings of {replay.sellers:,} sellers who {what};"
        f" {percent(replay.shown)} accepted as they were shown."
    )


def describe_difference(replay: Replay, what: str) -> str:
    """Return by how much the challenger would have been accepted more often, or less."""
    difference = replay.difference[ESTIMATORS[0]]
    if not difference.has_interval:
        return f"{what}: too few sellers to tell."
    if difference.low <= 0 <= difference.high:
        return (
            f"{what} sellers may accept more or less: the difference is {points(difference)}, which"
            " chance may explain."
        )
    word = "more" if difference.value > 0 else "less"
    return f"{what} sellers would have accepted {word}: {points(difference)}."


def describe_support(replay: Replay) -> Iterator[str]:
    """Yield which part of the listings the values say nothing about, if any."""
    if replay.left_out:
        yield (
            f"{replay.left_out:.1%} of the listings are left out, and nothing is known of them:"
            " their sellers had hardly a chance to see what would have been suggested."
        )


def describe_weights(replay: Replay) -> Iterator[str]:
    """Yield how much the listings say about the challenger, with a warning where it is little."""
    yield (
        f"They say as much about the challenger as {replay.effective:,.0f} listings that it was"
        " shown for."
    )
    if replay.effective < MIN_EFFECTIVE:
        yield (
            f"Warning: these are fewer than {MIN_EFFECTIVE}, so the intervals may be too narrow."
            " Take a longer time, or a larger LISTREC_EXPLORATION."
        )


def describe_check(check: Check) -> Iterator[str]:
    """Yield whether the replay can be believed."""
    if not check.difference.has_interval:
        yield "Check: too few sellers to tell whether the replay can be believed."
        return
    yield (
        f"Check: of the ranking in use {percent(check.replayed)} is replayed, and sellers who"
        f" saw it accepted {percent(check.observed)}."
    )
    if not check.is_passed:
        yield (
            f"Warning: these differ by {points(check.difference)}, more than chance explains. Do"
            " not believe the replay before it is known why."
        )


def _line(name: str, *cells: str) -> str:
    return "".join(cell.ljust(_WIDTH) for cell in (name, *cells)).rstrip()
