"""What a simulated seller sees of the suggestions of a server."""

from benchmarks.loop.drafts import to_draft
from benchmarks.loop.shop import Item
from common.listing import Candidate, PriceRange, Suggestion, Suggestions

ITEM = Item("Blue dress", "Worn once.", "good", {"category": "Women/Dresses"})
CANDIDATES = tuple(Candidate(name, 0.2) for name in ("a", "b", "c", "d"))


def suggestions(**changes):
    category = Suggestion(
        "category", "v1", {"category": CANDIDATES, "committed": ()}, **changes
    )
    price = Suggestion("price", "v2", price=PriceRange(20, 10, 30, "USD"))
    by_model = {"category": category, "price": price}
    return Suggestions("r1", by_model, experiments={"more-days": "three-weeks"})


def test_three_candidates_and_the_price_are_shown():
    draft = to_draft(ITEM, suggestions())
    assert [(each.value, each.rank) for each in draft.candidates] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]
    assert draft.amount_of("price").amount == 20
    assert draft.versions == {"category": "v1", "price": "v2"}


def test_the_variant_of_the_seller_is_kept():
    draft = to_draft(ITEM, suggestions())
    assert draft.experiments == {"more-days": "three-weeks"}


def test_nothing_is_shown_of_a_model_that_abstains():
    draft = to_draft(ITEM, suggestions(abstained="no candidate is probable"))
    assert draft.candidates == ()
    assert draft.versions == {"price": "v2"}
