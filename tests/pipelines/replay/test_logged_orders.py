"""What sellers saw and listed, from events."""

import numpy as np

from common.events import ShownCandidate
from pipelines.replay.logged_orders import find_orders
from tests.pipelines.outcomes.examples import outcome, shown, table_of
from tests.pipelines.replay.market import drafts_of, events_of, orders_of

CANDIDATES = (
    ShownCandidate("brand", "Nike", 0.7, 1),
    ShownCandidate("category", "Shoes/Boots", 0.3, 1, 0.3 / 0.9),
    ShownCandidate("category", "Shoes/Sandals", 0.6, 2, 1.0),
)


def show(request="r1", **changes):
    values = {"candidates": CANDIDATES, "policy": "exploration"}
    return shown(request, **values | changes)


def choose(request="r1", value="Shoes/Sandals", **changes):
    return outcome(request, "category", value, **changes)


def test_a_listing_has_its_categories_as_they_were_shown():
    orders = orders_of([show(), choose(), outcome()])
    assert orders.requests.tolist() == ["r1"]
    assert orders.values.tolist() == [["Shoes/Boots", "Shoes/Sandals"]]
    assert orders.probabilities.tolist() == [[0.3, 0.6]]
    assert orders.propensities.tolist() == [[0.3 / 0.9, 1.0]]
    assert orders.chosen.tolist() == [2]


def test_a_category_is_found_in_the_spelling_in_which_it_was_entered():
    changed = choose(value="shoes/boots", action="changed")
    assert orders_of([show(), changed]).chosen.tolist() == [1]


def test_what_is_not_chosen_among_them_has_no_rank():
    events = [show("r1"), choose("r1", "Shoes/Clogs", action="changed")]
    events += [show("r2"), choose("r2", None, action="ignored")]
    assert orders_of(events).chosen.tolist() == [0, 0]


def test_lists_of_other_lengths_end_with_nothing():
    events = [show("r1"), choose("r1"), show("r2", candidates=CANDIDATES[:2])]
    events += [choose("r2", "Shoes/Boots", seller="u2")]
    orders = orders_of(events)
    assert orders.values[1].tolist() == ["Shoes/Boots", ""]
    assert (orders.probabilities[1, 1], orders.propensities[1, 1]) == (0, 1)


def test_other_policies_unknown_sellers_and_what_was_lost_do_not_count():
    events = [show("r1", policy="greedy"), choose("r1")]
    events += [show("r2", seller=""), choose("r2", seller=""), choose("r3")]
    events += [show("r4"), choose("r4", action="entered")]
    assert len(orders_of(events)) == 0
    assert len(orders_of(events, "greedy")) == 1


def test_sellers_of_variants_with_other_categories_do_not_count():
    events = [show("r1", policy="greedy", experiments={"top-3": "three"}), choose("r1")]
    events += [show("r2", policy="greedy", experiments={"top-3": "control"})]
    events += [choose("r2"), show("r3", policy="greedy"), choose("r3")]
    others = frozenset({("top-3", "three")})
    orders = find_orders(table_of(events), "greedy", others)
    assert orders.requests.tolist() == ["r2", "r3"]


def test_chance_decides_in_the_exploration_only():
    events = events_of(drafts_of(1, 200), exploration=0.5)
    drawn, greedy = orders_of(events), orders_of(events, "greedy")
    assert len(drawn) + len(greedy) == 200
    assert drawn.is_drawn.all()
    assert not greedy.is_drawn.any()


def test_sellers_of_a_selection_are_numbered_anew():
    orders = orders_of(events_of(drafts_of(1, 50)))
    selected = orders.select(orders.sellers >= 10)
    assert set(selected.sellers) == set(range(selected.n_sellers))
    assert selected.n_sellers == len(np.unique(orders.sellers)) - 10
