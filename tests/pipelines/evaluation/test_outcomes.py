import sys
from types import SimpleNamespace

import numpy as np
import pytest

import models
from common.listing import Candidate, Listing, PriceRange, Suggestion
from models.evaluation.outcomes import collect_outcomes, labelled
from models.evaluation.views import EARLY, FULL
from pipelines.evaluation.fields import pair
from pipelines.evaluation.slices import Training, cut

ROWS = [
    Listing(
        "boots", condition="good", category="Shoes/Boots", brand="Velox", price=8.0
    ),
    Listing(
        "hat",
        condition="poor",
        category="Hats",
        brand="no brand",
        price=9.0,
        currency="USD",
    ),
    Listing("coat", category="Coats/Long", language="ja", currency="USD", price=80.0),
    Listing("belt", condition="new", brand="Rare"),
]


class Answers:
    """A predictor that gives the same answer to every listing and keeps the listings."""

    def __init__(self, **answer):
        self.answer, self.listings_seen = answer, []

    def predict(self, listings, encodings=None):
        self.listings_seen += listings
        return [Suggestion("any", "1", **self.answer) for _ in listings]


def observed(name, answers, rows=ROWS):
    return collect_outcomes(answers, models.outputs(name), rows)


@pytest.fixture
def fifth(monkeypatch):
    """A model that answers the condition, as CONTRIBUTING adds it."""
    monkeypatch.setattr(models, "NAMES", (*models.NAMES, "condition"))
    config = SimpleNamespace(OUTPUTS=("condition",))
    monkeypatch.setitem(sys.modules, "models.condition.config", config)


def test_a_fifth_model_is_observed_by_its_name_and_never_shown_its_answer(fifth):
    answers = Answers(
        candidates={"condition": (Candidate("good", 0.7), Candidate("new", 0.2))}
    )
    early, full = observed("condition", answers, labelled(("condition",), ROWS))

    assert (early.field, early.view, full.view) == ("condition", EARLY, FULL)
    assert early.columns["hit"].tolist() == [1, 0, 0]
    assert early.columns["loss"].tolist() == [0, 0.7, 0.7]
    assert early.columns["brier"] == pytest.approx(
        [0.3**2 + 0.2**2, 1.53, 0.7**2 + 0.8**2]
    )
    assert {listing.condition for listing in answers.listings_seen} == {None}


def test_early_listings_have_the_condition_and_late_ones_all_but_the_answer():
    answers = Answers(candidates={"brand": (Candidate("Velox", 0.9),)})
    observed("brand", answers, ROWS[:1])

    early, late = answers.listings_seen
    assert (early.condition, early.category, early.brand) == ("good", None, None)
    assert (late.condition, late.category, late.brand) == ("good", "Shoes/Boots", None)


def test_a_price_is_seen_by_its_interval_and_its_quantiles():
    price = PriceRange(9.0, 8.0, 10.0, "USD", ((0.1, 8.0), (0.9, 10.0)))
    early, _ = observed("price", Answers(price=price))

    assert early.is_price
    assert early.rows.tolist() == [0, 1, 2]
    assert early.columns["inside"].tolist() == [1, 1, 0]
    assert early.columns["below 0.1"].tolist() == [1, 0, 0]
    missed = np.log1p(80) - np.log1p(10)
    wide = np.log1p(10) - np.log1p(8)
    assert early.columns["winkler"] == pytest.approx([wide, wide, wide + 10 * missed])


def test_a_field_that_is_not_answered_has_no_outcome():
    answers = Answers(candidates={"shipping_payer": (Candidate("seller", 0.6),)})
    rows = [Listing("boots", shipping_payer="buyer", parcel_size="small")]

    assert {outcome.field for outcome in observed("shipping", answers, rows)} == {
        "shipping_payer"
    }


class Batches:
    """A predictor of payer and parcel size that keeps the titles of every batch."""

    def __init__(self):
        self.titles = []

    def predict(self, listings, encodings=None):
        self.titles.append("".join(listing.title for listing in listings))
        payer, size = (Candidate("seller", 0.6),), (Candidate("small", 0.6),)
        candidates = {"shipping_payer": payer, "parcel_size": size}
        return [Suggestion("shipping", "1", candidates) for _ in listings]


def test_fields_with_labels_on_the_same_rows_share_their_predictions():
    rows = [
        Listing(title, shipping_payer="buyer", parcel_size="small") for title in "abc"
    ]
    batches = Batches()
    outcomes = observed("shipping", batches, rows)

    assert batches.titles == ["abc", "abc"]
    assert [outcome.rows.tolist() for outcome in outcomes] == [[0, 1, 2]] * 4


def test_the_batches_of_a_field_hold_only_rows_with_its_label():
    rows = [
        Listing("a", parcel_size="small"),
        Listing("b", shipping_payer="buyer", parcel_size="small"),
        Listing("c", shipping_payer="buyer"),
    ]
    batches = Batches()
    payer, size, _, _ = observed("shipping", batches, rows)

    assert batches.titles == ["bc", "ab", "bc", "ab"]
    assert (payer.rows.tolist(), size.rows.tolist()) == ([1, 2], [0, 1])


def test_only_listings_that_both_answered_are_compared():
    early, _ = observed(
        "brand", Answers(candidates={"brand": (Candidate("Velox", 0.9),)})
    )
    few, _ = observed(
        "brand", Answers(candidates={"brand": (Candidate("Rare", 0.9),)}), ROWS[:2]
    )

    ours, theirs = pair([early, few])
    assert ours.rows.tolist() == theirs.rows.tolist() == [0, 1]
    assert ours.columns["hit"].tolist() == [1, 0]
    assert theirs.columns["hit"].tolist() == [0, 0]


def test_listings_are_divided_by_what_training_knew():
    training = Training({"Velox": 20, "Rare": 1}, (10.0, 20.0), "USD")

    rows_by_slice = {
        (part.dimension, part.name): part.rows.tolist() for part in cut(ROWS, training)
    }
    assert rows_by_slice["brand in training", "20 rows or more"] == [0]
    assert rows_by_slice["brand in training", "1 to 4 rows"] == [3]
    assert rows_by_slice["brand in training", "no brand"] == [1]
    assert rows_by_slice["price band", "up to 10"] == [1]
    assert rows_by_slice["price band", "above 20"] == [2]
    assert rows_by_slice["price band", "not in USD"] == [0]
    assert rows_by_slice["price band", "not said"] == [3]
    assert rows_by_slice["category root", "Coats"] == [2]
    assert ("photos", "without") not in rows_by_slice  # all are alike
