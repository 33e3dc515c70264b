"""Orders are drawn as the Plackett-Luce model says, and their probabilities are exact."""

import math
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from common.keyed_uniform import keyed_uniform
from common.plackett_luce import conditional_propensities, draw_order

KEY = b"the key of a shop, for receipts."
WEIGHTS = [0.1, 0.6, 0.0, 0.3]

weights_of_five = st.lists(st.floats(0, 0.2), min_size=1, max_size=5)


def _draw(listing, weights=WEIGHTS):
    uniforms = [keyed_uniform(KEY, listing, str(item)) for item in range(len(weights))]
    return tuple(draw_order(weights, uniforms))


def _probability(order, weights=WEIGHTS):
    return math.prod(conditional_propensities([weights[item] for item in order]))


def test_orders_are_as_frequent_as_their_propensities_say():
    drawn = Counter(_draw(f"m{number}") for number in range(20_000))

    orders = [(*order, 2) for order in permutations((0, 1, 3))]
    assert set(drawn) == set(orders)
    expected = [20_000 * _probability(order) for order in orders]
    assert chisquare([drawn[order] for order in orders], expected).pvalue > 0.01


def test_orders_of_other_weights_are_told_from_these():
    drawn = Counter(_draw(f"m{number}") for number in range(20_000))
    other = [0.12, 0.58, 0.0, 0.3]

    expected = [20_000 * _probability(order, other) for order in drawn]
    assert chisquare(list(drawn.values()), expected).pvalue < 0.001


def test_propensities_are_those_of_drawing_one_after_the_other():
    propensities = conditional_propensities([0.1, 0.6, 0.3, 0.0])
    assert propensities == pytest.approx([0.1 / 1.0, 0.6 / 0.9, 1.0, 1.0])


@given(weights_of_five)
def test_propensities_of_all_orders_sum_to_one(weights):
    positive = [item for item, weight in enumerate(weights) if weight > 0]
    zeros = [item for item, weight in enumerate(weights) if weight == 0]
    total = 0.0
    for order in permutations(positive):
        propensities = conditional_propensities([weights[i] for i in (*order, *zeros)])
        assert all(0 < each <= 1 for each in propensities)
        total += math.prod(propensities)

    assert total == pytest.approx(1)


@given(weights_of_five, st.integers())
def test_items_without_weight_stay_behind_in_their_order(weights, seed):
    order = _draw(str(seed), weights)

    zeros = [item for item, weight in enumerate(weights) if weight == 0]
    assert sorted(order) == list(range(len(weights)))
    assert list(order[len(weights) - len(zeros) :]) == zeros


@given(st.binary(), st.lists(st.text(), max_size=3))
def test_a_uniform_number_depends_on_key_and_names(key, names):
    number = keyed_uniform(key, *names)

    assert 0 < number < 1
    assert number == keyed_uniform(key, *names)
    assert number != keyed_uniform(key + b"x", *names)
    assert number != keyed_uniform(key, *names, "")
