"""Encoders learn from every label that rows have."""

import numpy as np

from common.encoder_training.tasks import PRICE_BINS, encoder_targets, has_any_label
from common.listing import Listing

ROWS = [
    Listing(category="Women/Shoes", brand="Nike", price=10.0),
    Listing(category="Women/Shoes", brand="Nike", price=1_000.0),
    Listing(category="Women/Bags", brand="Puma"),
    Listing(category="Women/Bags", brand="Puma"),
    Listing(title="nothing is known of it"),
]


def test_a_task_is_made_of_each_label_with_two_classes():
    tasks = {task.name: task for task in encoder_targets(ROWS)}
    assert list(tasks) == ["category2", "category9", "brand", "price"]
    assert tasks["brand"].size == 2
    assert np.isnan(tasks["brand"].values).tolist() == [False] * 4 + [True]
    assert np.nanmin(tasks["price"].values) == 0
    assert np.nanmax(tasks["price"].values) == PRICE_BINS - 1


def test_rows_with_any_label_are_told():
    assert has_any_label(encoder_targets(ROWS)).tolist() == [True] * 4 + [False]
    assert not has_any_label([]).any()
