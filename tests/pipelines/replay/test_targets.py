"""Rankings of what was shown."""

import numpy as np

from pipelines.replay.expected_rewards import expect_rewards
from pipelines.replay.prefix_weights import prefix_propensities
from pipelines.replay.targets import NOT_SHOWN, NOTHING, as_ranked, as_shown, best_first
from tests.pipelines.replay.orders import orders_of

ORDERS = orders_of([("Sandals", "Boots", "Dresses", "Sneakers")])


def test_the_most_probable_category_is_first():
    assert best_first(ORDERS, 3).places.tolist() == [[1, 0, 3]]


def test_a_category_is_found_in_whatever_spelling():
    target = as_ranked(ORDERS, [["DRESSES", "boots"]], 2)
    assert target.places.tolist() == [[2, 1]]


def test_a_release_that_suggests_nothing_ranks_nothing():
    one = orders_of([("Boots",)])
    target = as_ranked(one, [[]], 1)
    assert target.places.tolist() == [[NOTHING]]
    assert prefix_propensities(one, target) == [1]
    assert expect_rewards(one, target, [target]) == [[0]]


def test_what_was_not_shown_is_another_thing_than_a_shorter_ranking():
    target = as_ranked(ORDERS, [["Puzzles", "Boots"]], 3)
    assert target.places.tolist() == [[NOT_SHOWN, 1, NOTHING]]


def test_a_list_that_is_shorter_than_others_ends_with_nothing():
    values = np.array([["Boots", "Sandals", "", ""]], object)
    shorter = ORDERS.select(np.array([True]))
    shorter.values[:] = values
    shorter.probabilities[:] = [[0.4, 0.6, 0, 0]]
    assert best_first(shorter, 4).places.tolist() == [[1, 0, NOTHING, NOTHING]]
    assert as_shown(shorter, 4).places.tolist() == [[0, 1, NOTHING, NOTHING]]
