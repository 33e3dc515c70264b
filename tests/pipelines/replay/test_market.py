"""What is replayed is what the synthetic market shows with the challenger in place.

Run with -s, these tests print the figures of docs/replay.md.
"""

import numpy as np
import pytest

from pipelines.replay.estimators import ESTIMATORS
from tests.pipelines.replay.market import (
    accepted,
    challenge,
    drafts_of,
    has_support,
    replayed,
)

LISTINGS = 600


def truth_of(number, depth=1):
    """The true values of both rankings where they can be replayed, and their difference."""
    drafts = drafts_of(0, number)
    pairs = [
        pair
        for pair in zip(drafts, challenge(drafts, 0), strict=True)
        if all(has_support(draft, depth) for draft in pair)
    ]
    used, new = (accepted(side, depth) for side in zip(*pairs, strict=True))
    return {"baseline": used, "challenger": new, "difference": new - used}


def compare(replays, truth, what, estimator):
    """The bias, the standard deviation, the mean width and the coverage of an estimator."""
    found = [getattr(each, what)[estimator] for each in replays]
    values, lows, highs = np.array([(e.value, e.low, e.high) for e in found]).T
    return (
        float(np.mean(values)) - truth[what],
        float(np.std(values)),
        float(np.mean(highs - lows)),
        float(np.mean((lows <= truth[what]) & (truth[what] <= highs))),
    )


def test_a_replayed_challenger_is_worth_what_the_market_then_shows():
    truth = truth_of(1_500)
    replays = [replayed(seed, 400) for seed in range(1, 5)]
    for what in truth:
        bias, _, width, _ = compare(replays, truth, what, "DR")
        # The mean of four is known to half the width of one.
        assert abs(bias) < width / 2
        assert width < compare(replays, truth, what, "IPS")[2]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("depth", [1, 3])
def test_in_200_markets_intervals_contain_what_the_market_then_shows(depth):
    truth = truth_of(100_000, depth)
    replays = [replayed(seed, LISTINGS, depth) for seed in range(1, 201)]
    left_out = np.mean([each.left_out for each in replays])
    effective = np.mean([each.effective for each in replays])
    print(f"\nfirst {depth}: {left_out:.1%} left out, {effective:.0f} effective")
    for what in truth:
        widths = {}
        for estimator in ESTIMATORS:
            bias, deviation, width, coverage = compare(replays, truth, what, estimator)
            widths[estimator] = width
            print(
                f"{what} {truth[what]:.3f} {estimator}: bias {bias:+.4f}, deviation"
                f" {deviation:.4f}, width {width:.3f}, coverage {coverage:.3f}"
            )
            assert abs(bias) <= 0.3 * deviation
            # A few heavy weights decide IPS, and its intervals are too narrow.
            assert coverage >= (0.87 if estimator == "IPS" else 0.91)
        assert widths["DR"] <= widths["IPS"]
