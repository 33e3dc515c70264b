"""Sellers of the synthetic market behave as they are told to."""

from collections import Counter, defaultdict
from datetime import UTC, datetime

import numpy as np
import pytest

from common.events import Listed, Outcome, Shown, Sold
from simulator.behaviour import Behaviour
from simulator.scripted_drafts import scripted_drafts
from simulator.seller_market import SellerMarket

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DRAFTS = scripted_drafts(3, 600)


def events_of(kind, seed=1, **options):
    market = SellerMarket(seed, **options)
    events = market.list_items(DRAFTS, MONDAY)
    return [event for event in events if isinstance(event, kind)]


def test_the_same_seed_gives_the_same_events():
    assert events_of(object) == events_of(object)
    assert events_of(object) != events_of(object, seed=2)


def test_every_event_has_an_id_of_its_own():
    ids = [event.id for event in events_of(object)]
    assert len(set(ids)) == len(ids)


def test_a_seller_has_one_policy():
    policies = defaultdict(set)
    for shown in events_of(Shown, exploration=0.3, holdout=0.3):
        policies[shown.seller].add(shown.policy)
    assert {len(each) for each in policies.values()} == {1}
    shares = Counter(policy for each in policies.values() for policy in each)
    assert shares["holdout"] / len(policies) == pytest.approx(0.3, abs=0.08)
    assert shares["exploration"] / len(policies) == pytest.approx(0.3, abs=0.08)


def test_the_holdout_enters_the_truth():
    outcomes = events_of(Outcome, holdout=1.0, exploration=0.0)
    chosen = [each.value for each in outcomes if each.field == "brand"]
    assert {each.action for each in outcomes} == {"entered"}
    assert chosen == [draft.truth["brand"] for draft in DRAFTS]


def test_exploration_draws_the_first_category_by_its_probability():
    shown = events_of(Shown, exploration=1.0, holdout=0.0)
    drawn = np.array(
        [
            [each.rank, each.probability, each.propensity]
            for event in shown
            for each in event.candidates
            if each.field == "category" and each.value == _likeliest(event)
        ]
    )
    shares = [_share_of_likeliest(event) for event in shown]
    assert np.mean(drawn[:, 0] == 1) == pytest.approx(np.mean(shares), abs=0.05)
    first = drawn[drawn[:, 0] == 1]
    assert (first[:, 2] >= first[:, 1] - 1e-12).all()


def test_propensities_multiply_to_that_of_the_order():
    shown = events_of(Shown, exploration=1.0, holdout=0.0)[0]
    ordered = [each for each in shown.candidates if each.field == "category"]
    remaining = np.cumsum([each.probability for each in ordered[::-1]])[::-1]
    expected = [each.probability for each in ordered] / remaining
    assert [each.propensity for each in ordered] == pytest.approx(expected.tolist())
    assert [each.rank for each in ordered] == [1, 2, 3]


def test_a_probable_first_candidate_is_accepted_more_often():
    behaviour = Behaviour(ignoring=0, anchoring=0.5)
    market = SellerMarket(1, behaviour=behaviour, exploration=0, holdout=0)
    accepted = {True: [], False: []}
    shown = None
    for event in market.list_items(DRAFTS, MONDAY):
        shown = event if isinstance(event, Shown) else shown
        if isinstance(event, Outcome) and event.field == "brand":
            first = next(each for each in shown.candidates if each.field == "brand")
            accepted[first.probability > 0.7].append(event.value == first.value)
    assert np.mean(accepted[True]) > np.mean(accepted[False]) + 0.2


def test_times_have_the_medians_of_their_policies():
    for holdout, median in ((0.0, 70), (1.0, 110)):
        listed = events_of(Listed, sellers=5_000, exploration=0, holdout=holdout)
        seconds = [each.seconds for each in listed]
        assert np.median(seconds) == pytest.approx(median, rel=0.15)


def test_dearer_items_sell_later():
    sold = events_of(Sold)
    amounts = {f"r1-{n}": draft.amounts[0].amount for n, draft in enumerate(DRAFTS, 1)}
    is_dear = np.array([each.price > 1.2 * amounts[each.request] for each in sold])
    days = np.array([each.days for each in sold])
    assert np.median(days[is_dear]) > np.median(days[~is_dear])


def _likeliest(event):
    categories = [each for each in event.candidates if each.field == "category"]
    return max(categories, key=lambda each: each.probability).value


def _share_of_likeliest(event):
    shown = [each.probability for each in event.candidates if each.field == "category"]
    return max(shown) / sum(shown)
