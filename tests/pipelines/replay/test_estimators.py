"""The three estimators."""

import numpy as np
import pytest

from pipelines.replay.estimators import (
    ESTIMATORS,
    Terms,
    estimate_difference,
    estimate_value,
)
from pipelines.replay.prefix_weights import prefix_weights
from pipelines.replay.targets import as_ranked
from tests.pipelines.replay.orders import PROBABILITIES, every_order

RNG = np.random.default_rng(1)
SELLERS = np.repeat(np.arange(40), 5)
REWARDS = RNG.integers(0, 2, (200, 1)).astype(float)
EXPECTED = RNG.random((200, 1))
WEIGHTS = RNG.choice([0.0, 2.0, 5.0], (200, 1))
TERMS = Terms(WEIGHTS, REWARDS, EXPECTED)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_estimate_of_the_logging_policy_is_its_own_mean(name):
    own = Terms(np.ones((200, 1)), REWARDS, EXPECTED)
    assert estimate_value(own, SELLERS)[name].value == REWARDS.mean()


def test_each_estimator_has_its_formula():
    values = estimate_value(TERMS, SELLERS)
    weighted = WEIGHTS * REWARDS
    assert values["IPS"].value == pytest.approx(weighted.mean())
    assert values["SNIPS"].value == pytest.approx(weighted.sum() / WEIGHTS.sum())
    errors = WEIGHTS * (REWARDS - EXPECTED)
    assert values["DR"].value == pytest.approx(EXPECTED.mean() + errors.mean())


def test_all_rewards_that_are_higher_by_1_move_the_self_normalised_estimate_by_1():
    higher = Terms(WEIGHTS, REWARDS + 1, EXPECTED)
    moved, value = (estimate_value(each, SELLERS) for each in (higher, TERMS))
    assert moved["SNIPS"].value - value["SNIPS"].value == pytest.approx(1)
    assert moved["IPS"].value - value["IPS"].value != pytest.approx(1)


def test_the_doubly_robust_estimate_is_right_however_wrong_what_is_expected():
    orders, probabilities = every_order()
    ranking = list(PROBABILITIES)[::-1]
    weights = prefix_weights(orders, as_ranked(orders, [ranking] * 24, 2))
    rewards = np.array(
        [[order[0] == "Dresses", order[1] == "Boots"] for order in orders.values]
    )
    for expected in (0.0, 0.3, 1.0):
        scores = weights * rewards + (1 - weights) * expected
        assert (probabilities @ scores).sum() == pytest.approx(1.0)


def test_what_two_rankings_have_in_common_cancels_out():
    own = estimate_difference(TERMS, TERMS, SELLERS)
    assert {(each.value, each.low, each.high) for each in own.values()} == {(0, 0, 0)}


def test_listings_of_one_seller_are_not_independent():
    alike = np.repeat(RNG.integers(0, 2, (40, 1)), 5, axis=0).astype(float)
    terms = Terms(np.ones((200, 1)), alike, alike)
    by_seller = estimate_value(terms, SELLERS)["IPS"]
    by_listing = estimate_value(terms, np.arange(200))["IPS"]
    ratio = (by_seller.high - by_seller.low) / (by_listing.high - by_listing.low)
    assert ratio == pytest.approx(np.sqrt(5), rel=0.2)


def test_few_sellers_have_no_interval():
    few = Terms(WEIGHTS[:100], REWARDS[:100], EXPECTED[:100])
    value = estimate_value(few, SELLERS[:100])["DR"]
    assert value.sellers == 20
    assert not value.has_interval
