"""A challenger beside the ranking in use."""

from dataclasses import replace

import numpy as np
import pytest

from common.errors import InputError
from pipelines.replay.estimators import ESTIMATORS
from pipelines.replay.prefix_weights import prefix_propensities
from pipelines.replay.replay import MIN_PROPENSITY, replay
from pipelines.replay.targets import Target, as_ranked, best_first
from tests.pipelines.replay.market import drafts_of, events_of, orders_of

DRAFTS = drafts_of(3, 400)
ORDERS = orders_of(events_of(DRAFTS))
BEST = best_first(ORDERS, 1)


def with_first(value, rows):
    """The ranking in use, with another first category in some listings."""
    firsts = ORDERS.values[np.arange(400), BEST.places[:, 0]]
    firsts[rows] = value
    return as_ranked(ORDERS, firsts[:, None], 1)


def test_a_challenger_that_ranks_as_the_ranking_in_use_differs_in_nothing():
    found = replay(ORDERS, BEST, BEST)
    assert found.challenger == found.baseline
    assert {each.value for each in found.difference.values()} == {0}


def test_the_second_category_in_place_of_the_first_is_accepted_less():
    second = Target(best_first(ORDERS, 2).places[:, 1:])
    likely = prefix_propensities(ORDERS, second) >= MIN_PROPENSITY
    orders = ORDERS.select(likely)
    found = replay(orders, Target(second.places[likely]), best_first(orders, 1))
    assert {each.high < 0 for each in found.difference.values()} == {True}


def test_listings_with_a_category_that_was_not_shown_are_left_out():
    found = replay(ORDERS, with_first("Puzzles", range(40)), BEST)
    assert found.listings == 360
    assert found.left_out == pytest.approx(0.1)


def test_a_challenger_with_too_many_of_them_is_refused():
    with pytest.raises(InputError, match="25% of the listings say nothing"):
        replay(ORDERS, with_first("Puzzles", range(100)), BEST)


def test_a_challenger_whose_categories_nobody_happened_to_see_is_refused():
    few = ORDERS.select(np.arange(400) == 0)
    unseen = as_ranked(few, [[few.values[0, 1]]], 1)
    likely = replace(few, probabilities=np.full((1, 3), 0.3))
    with pytest.raises(InputError, match="happened to see"):
        replay(likely, unseen, unseen)


def test_weights_that_differ_make_fewer_effective_listings():
    own = replay(ORDERS, BEST, BEST)
    whole = replay(ORDERS, best_first(ORDERS, 3), best_first(ORDERS, 3))
    assert whole.effective < own.effective < own.listings


def test_a_cut_of_what_sellers_saw_best_first_has_weights_of_1():
    orders = orders_of(events_of(DRAFTS, exploration=0), "greedy")
    found = replay(orders, best_first(orders, 2), best_first(orders, 3))
    assert found.effective == found.listings == 400
    share = np.mean((orders.chosen > 0) & (orders.chosen <= 2))
    assert [found.challenger[name].value for name in ESTIMATORS] == [share] * 3
