"""A replay in words."""

from dataclasses import replace

import pytest

from pipelines.evaluation.intervals import NAN, Estimate
from pipelines.replay.challengers import ReleaseReplay
from pipelines.replay.check import Check
from pipelines.replay.replay import Replay
from pipelines.replay.sentences import describe_cut, describe_release


def every(value, low, high):
    return dict.fromkeys(("DR", "SNIPS", "IPS"), Estimate(value, low, high, 900, 80))


REPLAY = Replay(
    listings=900,
    sellers=80,
    left_out=0.0,
    shown=Estimate(0.6, 0.55, 0.65, 900, 80),
    baseline=every(0.7, 0.65, 0.75),
    challenger=every(0.73, 0.68, 0.78),
    difference=every(0.03, 0.01, 0.05),
    effective=450.0,
)
SAME = Estimate(0.7, 0.65, 0.75, 900, 80)
AGREEING = Check(SAME, SAME, Estimate(0.0, -0.05, 0.05, 900, 80))
RELEASE = ReleaseReplay(REPLAY, 0, AGREEING)


def told(result=RELEASE):
    return list(describe_release(result, "abc", 1))


def test_a_release_has_a_table_its_difference_its_weights_and_a_check():
    assert told() == [
        "900 listings of 80 sellers who saw categories in a drawn order.",
        "Share of listings that get the first category:",
        "                              DR                            "
        "SNIPS                         IPS",
        "as drawn                      60 % (55 to 65)",
        *[
            name.ljust(30) + 2 * cell.ljust(30) + cell
            for name, cell in (
                ("in use", "70 % (65 to 75)"),
                ("release abc", "73 % (68 to 78)"),
                ("difference", "+3.0 points (1.0 to 5.0)"),
            )
        ],
        "With release abc sellers would have accepted more: +3.0 points (1.0 to 5.0).",
        "They say as much about the challenger as 450 listings that it was shown for.",
        "Check: of the ranking in use 70 % (65 to 75) is replayed, and sellers who saw it"
        " accepted 70 % (65 to 75).",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"difference": every(0.01, -0.02, 0.04)}, "which chance may explain"),
        ({"difference": every(0.01, NAN, NAN)}, "too few sellers to tell"),
        ({"left_out": 0.034}, "3.4% of the listings are left out"),
        ({"effective": 12.0}, "Warning: these are fewer than 50"),
    ],
)
def test_what_limits_a_replay_is_said(changes, sentence):
    assert sentence not in " ".join(told())
    limited = replace(RELEASE, replay=replace(REPLAY, **changes))
    assert sentence in " ".join(told(limited))


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (Estimate(-0.1, -0.15, -0.05, 900, 80), "Do not believe the replay"),
        (Estimate(-0.1, NAN, NAN, 900, 80), "too few sellers to tell whether"),
    ],
)
def test_a_check_that_does_not_pass_is_a_warning(difference, sentence):
    doubtful = replace(RELEASE, check=replace(AGREEING, difference=difference))
    assert sentence in told(doubtful)[-1]


def test_listings_that_are_not_kept_are_counted():
    assert "7 further listings are left out" in " ".join(
        told(replace(RELEASE, not_kept=7))
    )


def test_a_shorter_list_has_no_estimators():
    assert list(describe_cut(REPLAY, 2)) == [
        "900 listings of 80 sellers who saw categories best first.",
        "Of the listings, 70 % (65 to 75) got one of all categories that were shown,"
        " and 73 % (68 to 78) one of the first 2.",
        "With one of the first 2 alone sellers would have accepted more: +3.0 points"
        " (1.0 to 5.0).",
    ]
