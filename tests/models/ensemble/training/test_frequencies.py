"""Frequencies of classes by category; those of rare categories lean on the level above."""

import numpy as np
import pytest
from scipy.special import softmax

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import keep_early_fields
from common.nets.targets import MISSING, Target
from models.ensemble.training.frequencies import PRIOR_ROWS, train_frequencies

SMALL, LARGE = 0.0, 1.0  # and a third without rows
SHOP = [
    *[("Home/Sofas/Corner", LARGE)] * 40,
    *[("Home/Mugs", SMALL)] * 60,
    *[("Home/Mugs", LARGE)] * 20,
    *[("Toys/Robots", SMALL)] * 30,
    *[(None, SMALL)] * 10,
    *[("Toys/Robots", MISSING)] * 5,
    *[("Toys/Robots", 3.0)] * 5,  # none of the known classes
]


@pytest.fixture(scope="module")
def frequencies():
    rows = [Listing("thing", category=category) for category, _ in SHOP]
    features = FeatureExtractor(("category",))
    target = Target("size", "classes", 3, np.array([size for _, size in SHOP]))
    net = train_frequencies(features.fit_transform(rows), target)

    def predict(category, early=False):
        row = [Listing("thing", category=category)]
        inputs = features.transform(row)
        scores = net.forward(keep_early_fields(inputs) if early else inputs)
        return softmax(np.log(BASE) + scores["size"][0])

    return predict


BASE = np.array([101, 61, 1]) / 163
"""Every class counts one row more than it has."""

HOME = (np.array([60, 60, 0]) + PRIOR_ROWS * BASE) / (120 + PRIOR_ROWS)


def test_a_level_is_shrunk_towards_the_one_above(frequencies):
    mugs = (np.array([60, 20, 0]) + PRIOR_ROWS * HOME) / (80 + PRIOR_ROWS)
    np.testing.assert_allclose(frequencies("Home/Mugs"), mugs, rtol=1e-5)
    assert frequencies("Home/Sofas/Corner").argmax() == LARGE


def test_an_unseen_category_has_the_frequencies_of_its_parent(frequencies):
    np.testing.assert_allclose(frequencies("Home/Lamps/Desk"), HOME, rtol=1e-5)


@pytest.mark.parametrize(
    ("category", "early"), [(None, False), ("Cars", False), ("Toys", True)]
)
def test_without_a_known_category_frequencies_are_those_of_all_rows(
    frequencies, category, early
):
    np.testing.assert_allclose(frequencies(category, early), BASE, rtol=1e-5)
