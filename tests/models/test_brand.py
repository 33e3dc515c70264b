from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import models
from common.listing import NO_BRAND, Listing
from common.progress import ignore_progress
from models.brand.train import _specification
from models.ensemble.training.fit_head import fit_head
from tests.models.odd_shops import ordinary_rows, quick


@pytest.fixture(scope="module")
def predictor(suggester):
    return suggester.predictors["brand"]


def _stricter(predictor, **constants):
    return replace(predictor, calibration=replace(predictor.calibration, **constants))


def _probability(suggestion, brand):
    return {
        candidate.value: candidate.probability
        for candidate in suggestion.candidates["brand"]
    }.get(brand, 0.0)


def test_a_brand_written_in_the_title_becomes_more_probable(predictor, shop):
    counts = Counter(
        row.brand for row in shop.read("train") if row.brand not in (None, NO_BRAND)
    )
    for brand, _ in counts.most_common(5):
        without, with_it = predictor.predict(
            [Listing("shoes"), Listing(f"{brand} shoes")]
        )
        assert _probability(with_it, brand) > _probability(without, brand)


def test_no_brand_is_among_the_answers(predictor, shop):
    answers = predictor.predict(shop.read("test"))
    assert any(_probability(answer, NO_BRAND) > 0 for answer in answers)


def test_the_words_no_brand_are_no_mention(predictor):
    [number] = [
        i for i, brand in enumerate(predictor.calibration.brands) if brand == NO_BRAND
    ]
    assert not predictor.titles.scores(["no brand shoes"])[0, number]


def test_it_abstains_when_no_brand_is_sure_enough(predictor):
    listing = Listing("thing")
    [unsure] = _stricter(predictor, abstain_below=1.1).predict([listing])
    [confident] = _stricter(predictor, abstain_below=0.0).predict([listing])
    assert (
        unsure.abstained
        == 'no brand reaches the confidence threshold, nor does "no brand"'
    )
    assert confident.abstained == ""
    assert unsure.candidates == confident.candidates


def test_recall_and_precision_are_measured(predictor, shop):
    measured = models.evaluate("brand", predictor, shop.read("test"))
    # Of 2,838 brands, by some hundred branded rows: by chance it would be nearly nothing.
    assert measured["recall"] > 0.15
    assert measured["precision"] > 0.5


def _gazetteer_scores(rows):
    """Return the held-out scores of the gazetteer over titles."""
    spec = _specification([], quick("brand"), ["Velox", "Ardent", NO_BRAND])
    [early, _] = fit_head(spec, rows[:50], rows[50:], ignore_progress).views
    return early.scores["rules.title"]["brand"]


def test_gains_of_a_row_do_not_depend_on_its_own_brand():
    rows = ordinary_rows(60)
    scores = _gazetteer_scores(rows)
    after = _gazetteer_scores([replace(rows[0], brand="Ardent"), *rows[1:]])
    assert scores[0].argmax() == 0
    np.testing.assert_array_equal(scores[0], after[0])
    assert not np.array_equal(scores, after)
