"""What sellers are expected to accept."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.replay.expected_rewards import expect_rewards
from pipelines.replay.prefix_weights import accepted_by_rank
from pipelines.replay.targets import as_ranked, as_shown, best_first
from tests.pipelines.replay.market import (
    challenge,
    drafts_of,
    events_of,
    orders_of,
    rankings_of,
)

DRAFTS = drafts_of(1, 1500)
ORDERS = orders_of(events_of(DRAFTS))
SHOWN = as_shown(ORDERS, 2)


def test_what_is_expected_of_all_that_was_shown_is_what_was_accepted():
    expected = expect_rewards(ORDERS, SHOWN, [])
    accepted = accepted_by_rank(ORDERS, SHOWN)
    assert expected.mean(axis=0) == pytest.approx(accepted.mean(axis=0), abs=0.02)


def test_what_the_challenger_knows_makes_better_expectations():
    rankings = rankings_of(challenge(DRAFTS, 1))
    ranked = [rankings[request] for request in ORDERS.requests]
    challenger = as_ranked(ORDERS, ranked, 2)
    targets = [challenger, best_first(ORDERS, 2)]
    without = expect_rewards(ORDERS, challenger, [])[:, 0]
    expected = expect_rewards(ORDERS, challenger, targets)[:, 0]

    is_seen = challenger.places[:, 0] == 0
    accepted = ORDERS.chosen[is_seen] == 1
    errors = [np.mean((accepted - each[is_seen]) ** 2) for each in (without, expected)]
    assert errors[1] < min(errors[0], accepted.var())


def test_what_a_seller_accepts_changes_nothing_that_is_expected_of_the_same_seller():
    is_first = ORDERS.sellers == ORDERS.sellers[0]
    others = replace(ORDERS, chosen=np.where(is_first, 2, ORDERS.chosen))
    before, after = (expect_rewards(each, SHOWN, []) for each in (ORDERS, others))
    assert (before[is_first] == after[is_first]).all()
    assert (before != after).any()
