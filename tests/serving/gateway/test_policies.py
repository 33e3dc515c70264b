"""Sellers keep their policy: exploration reorders categories alone, the holdout sees nothing."""

from collections import Counter
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, get_args

import httpx
import pytest
from prometheus_client import REGISTRY
from scipy.stats import chisquare

from common.events import ACTIONS, POLICIES
from common.listing import Candidate, Listing, Suggestion, Suggestions
from models.suggester import Suggester
from serving.gateway.policies import (
    EXPLORATION,
    GREEDY,
    HOLDOUT,
    policy_of,
    present,
)
from serving.gateway.schemas import OutcomeBody, SuggestAnswer
from serving.receipts import read_receipt
from tests.serving.conftest import FakeEncoder, FakePredictor
from tests.serving.gateway.conftest import KEY

SELLERS = [f"u-{number}" for number in range(20_000)]
EXPLORER, HELD_OUT = (
    next(each for each in SELLERS if policy_of(each, 0.02, 0.01) == policy)
    for policy in (EXPLORATION, HOLDOUT)
)
CANDIDATES = tuple(
    Candidate(value, probability)
    for value, probability in (("Shoes", 0.5), ("Boots", 0.3), ("Hats", 0.1))
)
SUGGESTIONS = Suggestions(
    "r1",
    {
        "category": Suggestion("category", "v1", {"category": CANDIDATES}),
        "brand": Suggestion("brand", "v1", {"brand": CANDIDATES}),
    },
)
LISTING = Listing(title="shoes", listing_id="m1", seller_id=EXPLORER)


def _categories(presentation):
    return presentation.suggestions.by_model["category"].candidates["category"]


def _is_greedy(presentation, suggestions=SUGGESTIONS):
    return presentation.suggestions == suggestions and not presentation.propensities


def test_sellers_are_assigned_in_the_stated_shares():
    counts = Counter(policy_of(seller, 0.02, 0.01) for seller in SELLERS)

    expected = {EXPLORATION: 400, HOLDOUT: 200, GREEDY: 19_400}
    observed = [counts[policy] for policy in expected]
    assert chisquare(observed, list(expected.values())).pvalue > 0.01


def test_a_share_that_grows_keeps_its_sellers():
    for seller in SELLERS[:2_000]:
        policy = policy_of(seller, 0.02, 0.01)
        if policy != GREEDY:
            assert policy_of(seller, 0.5, 0.5) == policy
        assert policy_of(seller, 0.5, 0.5) != GREEDY


def test_nobody_is_chosen_where_both_shares_are_0():
    assert {policy_of(seller, 0, 0) for seller in SELLERS[:2_000]} == {GREEDY}


def test_a_seller_who_is_not_known_gets_the_suggestions_as_ranked():
    assert policy_of("", 0.5, 0.5) == GREEDY


def test_exploration_reorders_the_categories_and_nothing_else():
    presentation = present(SUGGESTIONS, LISTING, EXPLORATION, KEY)

    drawn = _categories(presentation)
    assert sorted(each.value for each in drawn) == ["Boots", "Hats", "Shoes"]
    assert set(drawn) == set(CANDIDATES)
    assert presentation.propensities.keys() == {"category"}
    before = presentation.suggestions.by_model["brand"]
    assert before == SUGGESTIONS.by_model["brand"]


def test_the_order_is_that_of_the_draft_and_its_seller():
    def order(listing, key=KEY):
        return _categories(present(SUGGESTIONS, listing, EXPLORATION, key))

    typed_on = replace(LISTING, title="shoes, worn twice")
    others = [replace(LISTING, listing_id=f"m{number}") for number in range(50)]
    assert order(typed_on) == order(LISTING)
    assert len({order(other) for other in others}) > 3
    assert [order(other) for other in others] != [
        order(other, b"the key of another shop.........") for other in others
    ]


def test_orders_are_as_frequent_over_listings_as_their_propensities_say():
    counts, propensities = Counter(), {}
    for number in range(2_000):
        listing = replace(LISTING, listing_id=f"m{number}")
        presentation = present(SUGGESTIONS, listing, EXPLORATION, KEY)
        first = _categories(presentation)[0].value
        counts[first] += 1
        propensities[first] = presentation.propensities["category"][0]

    assert propensities["Shoes"] == pytest.approx(0.5 / 0.9)
    expected = [2_000 * propensities[value] for value in counts]
    assert chisquare(list(counts.values()), expected).pvalue > 0.01


@pytest.mark.parametrize("policy", [GREEDY, HOLDOUT])
def test_nothing_is_drawn_outside_of_exploration(policy):
    assert _is_greedy(present(SUGGESTIONS, LISTING, policy, KEY))


def test_the_order_stays_when_the_seller_chooses_a_category():
    for number in range(10):
        listing = replace(LISTING, listing_id=f"m{number}")
        chosen = replace(listing, category="Boots")
        assert present(SUGGESTIONS, chosen, EXPLORATION, KEY) == present(
            SUGGESTIONS, listing, EXPLORATION, KEY
        )


def test_nothing_is_drawn_where_the_model_abstains_or_does_not_answer():
    category = replace(SUGGESTIONS.by_model["category"], abstained="not known")
    brand = SUGGESTIONS.by_model["brand"]
    for by_model in ({"category": category, "brand": brand}, {"brand": brand}):
        suggestions = Suggestions("r1", by_model)
        presentation = present(suggestions, LISTING, EXPLORATION, KEY)
        assert _is_greedy(presentation, suggestions)


class ThreeCategories(FakePredictor):
    """Suggests ``CANDIDATES`` for each listing."""

    def predict(self, listings, encodings=None):
        category = Suggestion("category", "v1", {"category": CANDIDATES})
        return [category for _ in listings]


@pytest.fixture(scope="module")
def suggest(gateways):
    """Asks a gateway that knows sellers: returns the answer, and what its receipt says."""
    encoder: Any = FakeEncoder()
    models = {"category": ThreeCategories("category"), "brand": FakePredictor("brand")}
    address = gateways(
        Suggester("r1", models, {"one": encoder}),
        seller_header="x-seller",
        http_proxies=(ip_network("127.0.0.1/32"),),
    )
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        client.get("/")

        def ask(seller="", **listing):
            answer = client.post(
                "/v1/suggest",
                json={"listing": {"title": "shoes", **listing}},
                headers={"x-seller": seller},
            ).json()
            return answer, read_receipt(answer["receipt"], [KEY])

        yield ask


def test_most_sellers_see_what_models_rank(suggest):
    for answer, shown in (suggest(), suggest("u-1")):
        assert answer["policy"] == shown.policy == GREEDY
        assert answer["keeps_listing"] is False
        assert {each.propensity for each in shown.candidates} == {1.0}


def test_an_explorer_gets_the_order_that_the_receipt_states(suggest):
    answer, shown = suggest(EXPLORER, listing_id="m7")

    fields = answer["suggestions"]["category"]["fields"]
    categories = [each for each in shown.candidates if each.field == "category"]
    assert answer["policy"] == shown.policy == EXPLORATION
    assert [each["value"] for each in fields["category"]] == [
        each.value for each in categories
    ]
    assert [each.rank for each in categories] == [1, 2, 3]
    first = categories[0]
    assert first.propensity == pytest.approx(first.probability / 0.9)
    assert categories[-1].propensity == 1


def test_the_holdout_sees_nothing_and_its_receipt_has_what_it_would_have_seen(suggest):
    answer, shown = suggest(HELD_OUT)
    _, as_ranked = suggest("u-1")

    assert answer["policy"] == shown.policy == HOLDOUT
    assert (answer["suggestions"], answer["missing"]) == ({}, {})
    assert (answer["problems"], answer["earnings"]) == ([], None)
    assert shown.candidates == as_ranked.candidates
    assert shown.versions == as_ranked.versions


def test_answers_are_counted_by_policy(suggest):
    def count():
        labels = {"policy": HOLDOUT}
        return REGISTRY.get_sample_value("listrec_http_suggestions_total", labels) or 0

    before = count()
    suggest(HELD_OUT)
    suggest("u-1")

    assert count() == before + 1


def test_the_receipt_has_the_id_of_the_listing_where_an_event_may_have_it(suggest):
    listings = [
        suggest(listing_id=name)[1].listing for name in ("m7", "", "my shoes", "é")
    ]
    assert listings == ["m7", "", "", ""]


def test_requests_and_answers_name_the_actions_and_policies_of_events():
    assert get_args(OutcomeBody.model_fields["action"].annotation) == ACTIONS
    assert get_args(SuggestAnswer.model_fields["policy"].annotation) == POLICIES
