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

_WIDTH = 30


def describe_cut(replay: Replay, top_k: int) -> Iterator[str]:
    """Yield the sentences on a shorter list of categories."""
    name = ESTIMATORS[0]
    yield f"{_size(replay)} who saw categories best first."
    yield (
        f"Of the listings, {percent(replay.baseline[name])} got one of all categories that were"
        f" shown, and {percent(replay.challenger[name])} {_ranks(top_k)}."
    )
    yield describe_difference(replay, f"With {_ranks(top_k)} alone")
    yield from describe_support(replay)


def describe_release(result: ReleaseReplay, release: str, top_k: int) -> Iterator[str]:
    """Yield the table of a release, and sentences on how far it can be believed."""
    replay = result.replay
    yield f"{_size(replay)} who saw categories in a drawn order."
    yield f"Share of listings that get {_ranks(top_k)}:"
    yield from _table(replay, f"release {release}")
    yield describe_difference(replay, f"With release {release}")
    yield from describe_support(replay)
    yield from describe_weights(replay)
    if result.not_kept:
        yield f"{result.not_kept:,} further listings are left out, since they are not kept."
    yield from describe_check(result.check)


def describe_difference(replay: Replay, what: str) -> str:
    """Return by how much more or less would have been accepted."""
    difference = replay.difference[ESTIMATORS[0]]
    if not difference.has_interval:
        return f"{what}: too few sellers to tell the difference."
    if difference.low <= 0 <= difference.high:
        return (
            f"{what}: a difference of {points(difference)}, which chance may explain."
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


def _size(replay: Replay) -> str:
    return f"{replay.listings:,} listings of {replay.sellers:,} sellers"


def _ranks(top_k: int) -> str:
    return "the first category" if top_k == 1 else f"one of the first {top_k}"


def _table(replay: Replay, challenger: str) -> Iterator[str]:
    """Yield a line for each ranking, with a column for each estimator."""
    yield _line("", *ESTIMATORS)
    yield _line("as drawn", percent(replay.shown))
    for name, values in (("in use", replay.baseline), (challenger, replay.challenger)):
        yield _line(name, *(percent(values[each]) for each in ESTIMATORS))
    differences = (points(replay.difference[each]) for each in ESTIMATORS)
    yield _line("difference", *differences)


def _line(name: str, *cells: str) -> str:
    return "".join(cell.ljust(_WIDTH) for cell in (name, *cells)).rstrip()
