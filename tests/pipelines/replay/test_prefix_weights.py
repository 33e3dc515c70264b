"""Weights, in expectation over all orders that may be drawn."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from pipelines.replay.prefix_weights import (
    accepted_by_rank,
    prefix_propensities,
    prefix_weights,
)
from pipelines.replay.targets import as_ranked, as_shown, best_first
from tests.pipelines.replay.orders import PROBABILITIES, every_order, orders_of

RANKINGS = list(permutations(PROBABILITIES))


def target_of(orders, ranking):
    return as_ranked(orders, [ranking] * len(orders), len(ranking))


@pytest.mark.parametrize("ranking", [*RANKINGS, ("Sneakers", "Boots")])
def test_weights_have_the_mean_1_at_every_rank(ranking):
    orders, probabilities = every_order()
    weights = prefix_weights(orders, target_of(orders, ranking))
    assert probabilities @ weights == pytest.approx(np.ones(len(ranking)))


@pytest.mark.parametrize("ranking", RANKINGS)
def test_weighted_rewards_have_the_mean_of_the_ranking(ranking):
    orders, probabilities = every_order()
    value = {}
    for order in orders.values:
        # What is accepted depends on the category and on all those above it.
        for rank in range(4):
            value[tuple(order), rank] = hash_of(order[: rank + 1])
    rewards = np.array(
        [[value[tuple(order), rank] for rank in range(4)] for order in orders.values]
    )
    weights = prefix_weights(orders, target_of(orders, ranking))
    expected = [value[ranking, rank] for rank in range(4)]
    assert probabilities @ (weights * rewards) == pytest.approx(expected)


@pytest.mark.parametrize("ranking", RANKINGS)
def test_the_propensity_of_a_ranking_is_that_of_its_draw(ranking):
    orders, probabilities = every_order()
    propensities = prefix_propensities(orders, target_of(orders, ranking))
    is_drawn = [tuple(order) == ranking for order in orders.values]
    assert propensities == pytest.approx(np.full(24, probabilities[is_drawn][0]))


def test_a_ranking_with_a_category_that_was_not_shown_has_no_propensity():
    orders, _ = every_order()
    target = target_of(orders, ("Boots", "Puzzles"))
    assert not prefix_propensities(orders, target).any()


def test_where_nothing_was_drawn_only_what_was_shown_can_be_replayed():
    orders = orders_of([tuple(PROBABILITIES)])
    shown_only = replace(orders, propensities=np.ones((1, 4)))
    assert prefix_propensities(shown_only, best_first(shown_only, 4)) == [1]
    other = target_of(shown_only, ("Sandals", "Boots"))
    assert prefix_propensities(shown_only, other) == [0]


def test_categories_without_probability_stay_behind_the_others():
    certain = {"Boots": 0.8, "Sandals": 0.2, "Sneakers": 0.0, "Dresses": 0.0}
    orders = orders_of([("Sandals", "Boots", "Sneakers", "Dresses")], certain)
    assert prefix_propensities(orders, best_first(orders, 4)) == pytest.approx([0.8])
    swapped = target_of(orders, ("Boots", "Sandals", "Dresses", "Sneakers"))
    assert prefix_propensities(orders, swapped) == [0]


def test_a_category_is_accepted_at_its_rank_where_the_target_has_one():
    orders = orders_of([tuple(PROBABILITIES)] * 3, chosen=[0, 1, 3])
    assert accepted_by_rank(orders, as_shown(orders, 4)).tolist() == [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
    ]
    shorter = as_ranked(orders, [["Boots", "Sandals"]] * 3, 4)
    assert accepted_by_rank(orders, shorter).sum() == 1


def hash_of(prefix):
    """A number between 0 and 1 for a prefix."""
    return sum(ord(name[1]) * 31**rank for rank, name in enumerate(prefix)) % 97 / 97
