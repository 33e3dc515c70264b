"""What sellers chose instead, without values that may be personal."""

import pytest

from pipelines.weekly_report.changes import MIN_NAMED, OTHERS
from tests.pipelines.outcomes.examples import listed, outcome, shown
from tests.pipelines.weekly_report.examples import example, report_of


def a_listing(number, value, seller=None, action="changed"):
    request, key = f"r{number}", f"u{number}" if seller is None else seller
    return [
        shown(request, seller=key),
        outcome(request, value=value, action=action, seller=key),
        listed(request, listing=request, seller=key),
    ]


def changes_of(*listings):
    return report_of([event for events in listings for event in events]).changes


def test_pairs_are_counted_beside_the_showings_of_the_first_value():
    sellers = range(MIN_NAMED)
    changed = [a_listing(number, "Zara") for number in sellers]
    [change] = changes_of(*changed, *(a_listing(10 + n, "Nike") for n in sellers))
    assert (change.suggested, change.chosen) == ("Nike", "Zara")
    assert (change.count, change.share) == (MIN_NAMED, 0.5)


@pytest.mark.parametrize("seller", ["", "u1"])
def test_a_value_of_fewer_than_five_sellers_is_not_named(seller):
    own = [a_listing(number, "My own name", seller) for number in range(20)]
    [change] = changes_of(*own, *(a_listing(30 + n, "Nike") for n in range(MIN_NAMED)))
    assert (change.suggested, change.chosen) == ("Nike", OTHERS)
    assert change.count == 20


def test_another_candidate_of_the_list_is_a_change():
    listings = [a_listing(n, "Puma", action="accepted") for n in range(MIN_NAMED)]
    [change] = changes_of(*listings)
    assert change.chosen == "Puma"


def test_another_spelling_of_the_first_value_is_no_change():
    listings = [a_listing(n, "NIKE") for n in range(MIN_NAMED)]
    assert changes_of(*listings) == ()


def test_the_holdout_changes_nothing():
    listings = [a_listing(n, "Puma", action="entered") for n in range(MIN_NAMED)]
    assert changes_of(*listings) == ()


def test_the_most_frequent_changes_of_a_field_come_first():
    counts = [change.count for change in example().changes if change.field == "brand"]
    assert counts == sorted(counts, reverse=True)
