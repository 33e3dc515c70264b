"""A shorter list and a release, from events."""

import numpy as np
import pytest

from common.errors import InputError
from pipelines.replay.challengers import replay_cut, replay_release
from tests.pipelines.outcomes.examples import table_of
from tests.pipelines.replay.market import (
    challenge,
    drafts_of,
    events_of,
    orders_of,
    rankings_of,
)

DRAFTS = drafts_of(5, 800)
EVENTS = events_of(DRAFTS, exploration=0.5)
TABLE = table_of(EVENTS)
RANKINGS = rankings_of(challenge(DRAFTS, 5))


def test_a_shorter_list_is_worth_what_sellers_took_of_it():
    found = replay_cut(TABLE, 2)
    chosen = orders_of(EVENTS, "greedy").chosen
    assert found.challenger["DR"].value == np.mean((chosen > 0) & (chosen <= 2))
    assert found.baseline["DR"].value == np.mean(chosen > 0)
    assert found.left_out == 0


def test_a_release_is_replayed_for_listings_that_are_kept():
    drawn = orders_of(EVENTS)
    asked = []

    def rank(requests):
        """The rankings of all requests but ten."""
        asked.append(requests)
        lost = drawn.requests[:10]
        return {key: value for key, value in RANKINGS.items() if key not in lost}

    result = replay_release(TABLE, rank)

    assert asked == [set(drawn.requests)]
    assert result.not_kept == 10
    assert result.check.is_passed
    assert 0.9 * len(drawn) < result.replay.listings <= len(drawn) - 10


@pytest.mark.parametrize(
    ("replayed", "reason"),
    [
        (lambda: replay_cut(TABLE, 4), "sellers saw 3 categories at most"),
        (lambda: replay_cut(TABLE.slice(0, 0), 1), "no known seller saw categories"),
        (lambda: replay_release(TABLE, lambda _: {}), "is kept: a release can be"),
    ],
)
def test_events_that_say_nothing_are_refused(replayed, reason):
    with pytest.raises(InputError, match=reason):
        replayed()
