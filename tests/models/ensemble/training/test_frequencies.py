"""Frequencies of classes by category, with those of the level above for what is rare."""

import numpy as np
import pytest
from scipy.special import softmax

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import keep_early_fields
from common.nets.targets import MISSING, Target
from models.ensemble.training.frequencies import PRIOR_ROWS, train_frequencies

SMALL, LARGE = 0.0, 1.0  # and a third that nobody has
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
def say():
    rows = [Listing("thing", category=category) for category, _ in SHOP]
    features = FeatureExtractor(("category",))
    target = Target("size", "classes", 3, np.array([size for _, size in SHOP]))
    net = train_frequencies(features.fit_transform(rows), target)

    def ask(category, cold=False):
        row = [Listing("thing", category=category)]
        inputs = features.transform(row)
        return softmax(net.forward(keep_early_fields(inputs) if cold else inputs)["size"][0])

    return ask


BASE = np.array([101, 61, 1]) / 163
"""Each class counts one more than it was seen."""

HOME = (np.array([60, 60, 0]) + PRIOR_ROWS * BASE) / (120 + PRIOR_ROWS)


def test_a_level_is_drawn_towards_the_one_above(say):
    mugs = (np.array([60, 20, 0]) + PRIOR_ROWS * HOME) / (80 + PRIOR_ROWS)
    np.testing.assert_allclose(say("Home/Mugs"), mugs, rtol=1e-5)
    assert say("Home/Sofas/Corner").argmax() == LARGE


def test_a_category_nobody_has_seen_says_what_the_one_above_does(say):
    np.testing.assert_allclose(say("Home/Lamps/Desk"), HOME, rtol=1e-5)


@pytest.mark.parametrize(("category", "cold"), [(None, False), ("Cars", False), ("Toys", True)])
def test_without_a_known_category_all_rows_speak(say, category, cold):
    np.testing.assert_allclose(say(category, cold), BASE, rtol=1e-5)
