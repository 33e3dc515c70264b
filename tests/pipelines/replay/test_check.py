"""The replay of the ranking in use beside what sellers who saw it accepted."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.replay.check import check_replay
from tests.pipelines.replay.market import drafts_of, events_of, orders_of

EVENTS = events_of(drafts_of(4, 2000), exploration=0.3)
DRAWN, GREEDY = orders_of(EVENTS), orders_of(EVENTS, "greedy")


def test_the_replay_gives_what_sellers_accepted_who_saw_the_ranking():
    for depth in (1, 3):
        check = check_replay(DRAWN, GREEDY, depth)
        assert check.is_passed
        assert abs(check.difference.value) < 0.1
        assert check.difference.value == pytest.approx(
            check.replayed.value - check.observed.value
        )


def test_sellers_who_accept_more_of_what_they_see_best_first_are_noticed():
    eager = replace(GREEDY, chosen=np.ones_like(GREEDY.chosen))
    assert not check_replay(DRAWN, eager, 1).is_passed


def test_few_sellers_are_no_reason_for_doubt():
    few = DRAWN.select(DRAWN.sellers < 20)
    check = check_replay(few, GREEDY, 1)
    assert check.is_passed
    assert not check.difference.has_interval
