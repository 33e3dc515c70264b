from dataclasses import replace

import pytest

from common.listing import Candidate, Fee, PriceRange, Suggestion, Suggestions
from serving.releases.same_answers import differences

ANSWER = Suggestion(
    "price",
    "v1",
    candidates={"brand": (Candidate("Nike", 0.6), Candidate("Puma", 0.3))},
    price=PriceRange(20.0, 10.0, 30.0, "USD"),
    fee=Fee(5.0, "USD"),
)


def compare(answer, expected=ANSWER):
    served, offline = (
        Suggestions("r1", by_model={"price": each}) for each in (answer, expected)
    )
    return list(differences(served, offline))


def test_the_same_answer_has_no_difference():
    assert compare(ANSWER) == []


def test_the_last_digits_of_a_number_are_no_difference():
    price = PriceRange(20.0 * (1 + 1e-6), 10.0, 30.0, "USD")
    assert compare(replace(ANSWER, price=price)) == []


def test_candidates_that_are_as_probable_may_change_places():
    both = (Candidate("Nike", 0.4), Candidate("Puma", 0.4))
    one = replace(ANSWER, candidates={"brand": both})
    other = replace(ANSWER, candidates={"brand": both[::-1]})
    assert compare(one, other) == []


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"price": PriceRange(21.0, 10.0, 30.0, "USD")}, "answers 21.0 as median"),
        ({"price": None}, "answers None as high, and 30.0 without"),
        ({"fee": Fee(5.1, "USD")}, "answers 5.1 as fee"),
        ({"candidates": {}}, "names 0 candidates for brand, and 2 without"),
        (
            {"candidates": {"brand": (Candidate("Nike", 0.6), Candidate("Puma", 0.2))}},
            "states other probabilities for brand",
        ),
        (
            {
                "candidates": {
                    "brand": (Candidate("Asics", 0.6), Candidate("Puma", 0.3))
                }
            },
            "has another first candidate for brand",
        ),
        ({"abstained": "too unsure"}, "abstains otherwise"),
    ],
)
def test_each_difference_is_named(changes, difference):
    assert difference in compare(replace(ANSWER, **changes))[0]


def test_a_model_that_did_not_answer_is_none_of_its_differences():
    offline = Suggestions("r1", by_model={"price": ANSWER})
    assert list(differences(Suggestions("r1", by_model={}), offline)) == []
