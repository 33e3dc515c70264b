from dataclasses import replace

import pytest

import models
from common.listing import Candidate, Listing, Suggestion
from models.category.evaluate import measure_committed


@pytest.fixture(scope="module")
def predictor(suggester):
    return suggester.predictors["category"]


def _stricter(predictor, **facts):
    return replace(predictor, head=replace(predictor.head, facts={**predictor.head.facts, **facts}))


def test_leaves_of_the_training_rows_are_suggested(predictor, shop):
    known = {row.category for row in shop.read("train")}
    for suggestion in predictor.predict(shop.read("test")[:20]):
        candidates = suggestion.candidates["category"]
        assert len(candidates) == 5
        assert {each.value for each in candidates} <= known


def test_the_first_leaf_is_more_often_right_than_the_commonest(predictor, shop):
    assert models.evaluate("category", predictor, shop.read("test"))["lift"] > 2


def test_a_sure_leaf_is_quoted_without_a_parent(predictor, shop):
    [suggestion] = _stricter(predictor, sure=0.0).predict(shop.read("test")[:1])
    assert (suggestion.abstained, list(suggestion.candidates)) == ("", ["category"])


def _parents(predictor, shop, parent_sure):
    """The sure parent of each test row, by its number, when no leaf is sure."""
    unsure = _stricter(predictor, sure=1.1, parent_sure=parent_sure)
    answers = enumerate(unsure.predict(shop.read("test")))
    found = {row: each.candidates.get("category_parent", ()) for row, each in answers}
    return {row: parent for row, parents in found.items() for parent in parents}


def test_when_no_leaf_is_sure_the_parent_that_is_sure_is_named(predictor, shop):
    unsure = _stricter(predictor, sure=1.1, parent_sure=0.01)
    leaves = {row.category for row in shop.read("train") if row.category}
    for suggestion in unsure.predict(shop.read("test")[:20]):
        [parent] = suggestion.candidates["category_parent"]
        assert any(leaf.startswith(f"{parent.value}/") for leaf in leaves)
        assert parent.probability >= 0.01
        assert f"no category is sure enough; it is in {parent.value} with" in suggestion.abstained
        assert suggestion.candidates["category"]


def test_the_deepest_parent_that_is_sure_is_named(predictor, shop):
    deepest = _parents(predictor, shop, 0.0)
    assert {parent.value.count("/") for parent in deepest.values()} == {1}
    limit = max(parent.probability for parent in deepest.values()) + 1e-6
    higher = _parents(predictor, shop, limit)
    assert higher  # some row is surer of what lies above
    assert {parent.value.count("/") for parent in higher.values()} == {0}
    assert all(parent.probability >= limit for parent in higher.values())


def test_no_parent_is_named_when_none_is_sure(predictor):
    [suggestion] = _stricter(predictor, sure=1.1, parent_sure=1.1).predict([Listing("thing")])
    assert suggestion.abstained == "no category is sure enough"
    assert list(suggestion.candidates) == ["category"]


def _said(*leaves, committed=None):
    sure = {"category_committed": (Candidate(committed, 0.9),)} if committed else {}
    ranked = tuple(Candidate(leaf, 0.5) for leaf in leaves)
    return Suggestion("category", "1", {"category": ranked, **sure})


def test_what_is_committed_to_is_right_when_the_true_path_lies_below():
    answers = [
        _said("A/B/C", committed="A/B/C"),
        _said("A/B/C", committed="A/B"),
        _said("A/B/C", committed="A/B"),
        _said("A/B/C"),
    ]
    found = measure_committed(["A/B/C", "A/B/D", "A/Bags/D", "A/B/C"], answers)
    assert found["committed"] == 0.75
    assert found["committed_at_leaf"] == 0.25
    assert found["committed_right"] == pytest.approx(2 / 3)


def test_nothing_is_right_or_wrong_where_nothing_is_committed_to():
    assert measure_committed(["A"], [_said("A")]) == {"committed": 0, "committed_at_leaf": 0}


def test_more_of_a_title_tells_more(predictor, shop):
    found = models.evaluate("category", predictor, shop.read("test"))
    assert 0 < found["typed_10_top5"] < found["typed_20_top5"] < 1
