from dataclasses import dataclass, field, replace

import pytest

from common.listing import Candidate, Listing, Photo, Suggestion
from models.brand import evaluate
from models.evaluation.views import predict_in_batches

ROWS = [
    Listing("a", brand="A", condition="new", category="X"),
    Listing("b", brand="B", condition="new", category="X"),
    Listing("a", brand="B", category="Y"),
    Listing("c", condition="good"),
]


@dataclass
class Titles:
    """Suggests the title in capitals as brand, with more confidence if there is a category."""

    saw: list = field(default_factory=list)
    batches: list = field(default_factory=list)

    def predict(self, listings, encodings=None):
        self.saw += listings
        self.batches.append(len(listings))
        return [
            Suggestion(
                "brand",
                "v",
                {
                    "brand": (
                        Candidate(
                            listing.title.upper(), 0.9 if listing.category else 0.5
                        ),
                        Candidate("B", 0.1),
                    )
                },
                abstained="" if listing.category else "no category",
            )
            for listing in listings
        ]


def _measure():
    predictor = Titles()
    return predictor, evaluate.evaluate(predictor, ROWS).metrics


def test_the_answer_is_never_shown():
    predictor, _ = _measure()
    assert [row.brand for row in predictor.saw] == [None] * 6


def test_rows_are_shown_early_and_late():
    predictor, _ = _measure()
    early, late = predictor.saw[:3], predictor.saw[3:]
    assert [(row.category, row.condition) for row in early] == [(None, "new")] * 2 + [
        (None, None)
    ]
    assert [row.category for row in late] == ["X", "X", "Y"]


def test_rows_with_the_label_are_measured():
    _, measured = _measure()
    assert measured["rows"] == 3
    assert measured["top1"] == measured["warm_top1"] == pytest.approx(2 / 3)
    assert measured["top5"] == 1
    assert (measured["baseline"], measured["lift"]) == (
        pytest.approx(2 / 3),
        pytest.approx(1),
    )


def test_sureness_is_measured_against_what_came_true():
    _, measured = _measure()
    assert measured["calibration_error"] == pytest.approx(2 / 3 - 0.5)
    assert measured["warm_calibration_error"] == pytest.approx(0.9 - 2 / 3)
    assert (measured["abstained"], measured["warm_abstained"]) == (1, 0)


def test_without_labels_there_is_nothing_to_measure():
    assert evaluate.evaluate(Titles(), ROWS[3:]).metrics == {"rows": 0.0}


def test_answers_are_asked_for_in_batches_and_keep_their_order():
    predictor = Titles()
    rows = [Listing(str(number)) for number in range(5)]
    suggestions = predict_in_batches(predictor, rows, batch_rows=2)
    assert [
        suggestion.candidates["brand"][0].value for suggestion in suggestions
    ] == list("01234")
    assert predictor.batches == [2, 2, 1]


def test_rows_with_text_and_photos_are_also_measured_by_either_alone():
    predictor = Titles()
    rows = [replace(row, photos=(Photo(path="p"),)) for row in ROWS[:2]] + ROWS[2:]
    measured = evaluate.evaluate(predictor, rows).metrics
    text, photo = predictor.saw[6:8], predictor.saw[8:]
    assert [(row.title, row.photos) for row in text] == [("a", ()), ("b", ())]
    assert [(row.title, len(row.photos)) for row in photo] == [("", 1)] * 2
    assert (measured["text_alone_top1"], measured["photo_alone_top1"]) == (1.0, 0.0)
