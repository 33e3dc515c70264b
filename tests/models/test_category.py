from dataclasses import replace

import numpy as np
import pytest

import models
from common.listing import Candidate, Listing, Suggestion
from models.category.levels import build_tree
from models.evaluation.columns import committed_columns
from models.evaluation.outcomes import Outcome
from models.evaluation.scoring import (
    COMMITTED,
    COMMITTED_AT_LEAF,
    COMMITTED_RIGHT,
    measure,
)
from models.evaluation.views import EARLY, early_context


@pytest.fixture(scope="module")
def predictor(suggester):
    return suggester.predictors["category"]


def _stricter(predictor, **constants):
    return replace(predictor, calibration=replace(predictor.calibration, **constants))


def test_leaves_of_the_rows_learned_from_are_suggested(predictor, shop):
    rows = [*shop.read("train"), *shop.read("validation")]
    categories = {row.category for row in rows}
    for suggestion in predictor.predict(shop.read("test")[:20]):
        candidates = suggestion.candidates["category"]
        assert len(candidates) == 5
        assert {candidate.value for candidate in candidates} <= categories


def test_the_first_leaf_is_more_often_right_than_the_commonest(predictor, shop):
    assert models.evaluate("category", predictor, shop.read("test"))["lift"] > 2


def _committed(predictor, shop, thresholds):
    """The path committed to, by the number of the test row."""
    answers = enumerate(
        _stricter(predictor, thresholds=thresholds).predict(shop.read("test"))
    )
    committed = {
        row: suggestion.candidates.get("category_committed", ())
        for row, suggestion in answers
    }
    return {row: path for row, paths in committed.items() for path in paths}


def test_the_deepest_path_that_is_sure_enough_is_committed_to(predictor, shop):
    leaves = _committed(predictor, shop, [0.0, 0.0, 0.0])
    above = _committed(predictor, shop, [2.0, 0.0, 0.0])
    roots = _committed(predictor, shop, [2.0, 2.0, 0.0])
    assert [
        {path.value.count("/") for path in committed.values()}
        for committed in (leaves, above, roots)
    ] == [{2}, {1}, {0}]
    assert all(
        roots[row].probability >= path.probability for row, path in leaves.items()
    )


def test_it_commits_to_nothing_when_nothing_is_sure(predictor, shop):
    assert not _committed(predictor, shop, [2.0, 2.0, 2.0])


def test_surer_answers_are_more_often_right(predictor, shop):
    rows = shop.read("test")
    committed = _committed(predictor, shop, [2.0, 2.0, 0.0])
    surest = sorted(committed, key=lambda row: -committed[row].probability)
    right = [
        f"{rows[row].category}/".startswith(f"{committed[row].value}/")
        for row in surest
    ]
    half = len(right) // 2
    assert sum(right[:half]) > sum(right[half : 2 * half])


def test_a_small_shop_commits_to_nothing_that_is_often_wrong(predictor, shop):
    rows, held_out, head = shop.read("test"), shop.read("validation"), predictor.head
    inputs = head.features.transform(early_context(held_out))
    stated = head.probabilities(
        "category", head.scores(inputs)["category"], inputs
    ).probabilities
    tree = build_tree(predictor.calibration.leaves)
    for right in (0.3, 0.5):
        thresholds = tree.fit_thresholds(
            stated, [row.category for row in held_out], right
        )
        committed = _committed(predictor, shop, thresholds)
        hits = [f"{rows[row].category}/".startswith(f"{path.value}/")
                for row, path in committed.items()]  # fmt: skip
        assert len(hits) > 20
        assert sum(hits) > right * len(hits)


def test_an_unsure_answer_says_what_it_is_sure_of(predictor, shop):
    unsure = _stricter(predictor, abstain_below=1.1, thresholds=[2.0, 2.0, 0.0])
    [suggestion] = unsure.predict(shop.read("test")[:1])
    [path] = suggestion.candidates["category_committed"]
    assert suggestion.abstained.startswith(
        f"no category reaches the confidence threshold; it is in {path.value} with"
    )


def test_a_listing_of_nothing_has_no_sure_category(predictor):
    [suggestion] = _stricter(predictor, abstain_below=1.1).predict([Listing("thing")])
    assert suggestion.abstained.startswith(
        "no category reaches the confidence threshold"
    )


def _said(*leaves, committed=None):
    extra = {"category_committed": (Candidate(committed, 0.9),)} if committed else {}
    ranked = tuple(Candidate(leaf, 0.5) for leaf in leaves)
    return Suggestion("category", "1", {"category": ranked, **extra})


def _measure_committed(paths, answers):
    rows = np.arange(len(paths))
    columns = committed_columns(paths, answers)
    outcome = Outcome("category", True, EARLY, rows, len(set(paths)), columns)
    return measure([outcome], {EARLY: (COMMITTED, COMMITTED_AT_LEAF, COMMITTED_RIGHT)})


def test_what_is_committed_to_is_right_when_the_true_path_lies_below():
    answers = [
        _said("A/B/C", committed="A/B/C"),
        _said("A/B/C", committed="A/B"),
        _said("A/B/C", committed="A/B"),
        _said("A/B/C"),
    ]
    paths = ("A/B/C", "A/B/D", "A/Bags/D", "A/B/C")
    measured = _measure_committed(paths, answers)
    assert measured["committed"] == 0.75
    assert measured["committed_at_leaf"] == 0.25
    assert measured["committed_right"] == pytest.approx(2 / 3)


def test_nothing_is_right_or_wrong_where_nothing_is_committed_to():
    measured = _measure_committed(["A"], [_said("A")])
    assert measured == {"committed": 0, "committed_at_leaf": 0}


def test_more_of_a_title_tells_more(predictor, shop):
    measured = models.evaluate("category", predictor, shop.read("test"))
    assert 0 < measured["typed_10_top5"] < measured["typed_20_top5"] < 1
