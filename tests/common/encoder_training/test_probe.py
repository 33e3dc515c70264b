"""A linear probe measures how much of the labels is in the vectors."""

import numpy as np
import pytest

from common.encoder_training.probe import evaluate
from common.listing import Listing


class Lengths:
    """Encodes a text as one number, its length."""

    id, modality, dimensions, frozen = "lengths", "text", 1, True

    def encode(self, listings):
        return np.array([[len(listing.title)] for listing in listings], np.float32)


@pytest.fixture
def split():
    """Rows whose label and price follow from the length of their title."""
    rows = []
    for number in range(60):
        length = 2 if number % 2 else 9
        rows.append(
            Listing("x" * length, category=f"length {length}", price=float(length))
        )
    return rows


class Snapshot:
    """The same rows in every split."""

    def __init__(self, rows):
        self.rows = rows

    def batches(self, split):
        yield self.rows[:25]
        yield self.rows[25:]


def test_labels_that_follow_from_the_vectors_are_told_right(split):
    metrics = evaluate(Lengths(), Snapshot([*split, Listing(category="without text")]))
    assert list(metrics) == ["rows", "category", "lift", "price_r2"]
    assert metrics["rows"] == 60
    assert metrics["category"] == 1
    assert metrics["lift"] == 2
    assert metrics["price_r2"] > 0.99


def test_without_classes_the_lift_is_that_of_prices(split):
    metrics = evaluate(Lengths(), Snapshot([row.only("price") for row in split]))
    assert list(metrics) == ["rows", "price_r2", "lift"]
    assert metrics["lift"] > 10


def test_without_labels_there_is_nothing_to_measure(split):
    assert evaluate(Lengths(), Snapshot([row.only() for row in split])) == {"rows": 60}
