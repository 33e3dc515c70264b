"""Penalties are chosen on rows that the model was not fitted to."""

import numpy as np

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.targets import Target
from models.ensemble.settings import LinearSettings
from models.ensemble.training.members import choose_linear
from models.ensemble.training.penalties import choose_penalty

WORDS = [f"word{number}" for number in range(40)]
SETTINGS = LinearSettings(
    ridge=(0.01, 1.0, 100.0), logistic=(0.001, 0.1, 10.0), svm=(0.01, 0.3, 10.0)
)


def _rows(n_rows=300):
    random = np.random.default_rng(0)
    return [Listing(" ".join(random.choice(WORDS, 6, replace=False)), listing_id=str(n))
            for n in range(n_rows)]  # fmt: skip


def _penalty(values, kind="value", size=1):
    rows = _rows(len(values))
    inputs = FeatureExtractor(()).fit_transform(rows)
    target = Target("out", kind, size, np.array(values, float))
    every_row = np.arange(len(rows))
    chosen = choose_linear(SETTINGS, inputs, [target], every_row, every_row)
    return chosen["out"].penalty


def _signal():
    """The number of words of the first half in each title."""
    low = set(WORDS[:20])
    return np.array([sum(word in low for word in row.title.split()) for row in _rows()])


def test_a_clean_value_has_a_weak_penalty():
    assert _penalty(_signal()) == 0.01


def test_a_value_of_noise_has_a_strong_penalty():
    assert _penalty(np.random.default_rng(1).normal(size=300)) == 100


def test_clean_classes_have_a_weak_penalty():
    assert _penalty(_signal() > 3, "classes", 2) == 1 / 10


def test_noisy_classes_have_a_stronger_penalty_than_clean_ones():
    is_flipped = np.random.default_rng(1).random(300) < 0.3
    assert _penalty((_signal() > 3) ^ is_flipped, "classes", 2) > 1 / 10


def test_many_clean_classes_have_no_strong_penalty():
    first = [WORDS.index(row.title.split()[0]) for row in _rows()]
    assert _penalty(first, "classes", 40) < 1 / 0.01


def test_without_labels_the_middle_penalty_is_taken():
    assert _penalty(np.full(50, np.nan)) == 1.0


def test_rows_of_one_group_leave_nothing_to_choose_by():
    rows = _rows(50)
    inputs = FeatureExtractor(()).fit_transform(rows)
    target = Target("out", "value", 1, np.arange(50.0))
    never = [].append
    assert choose_penalty((1, 2, 3), never, inputs, target, np.zeros(50, int)) == 2
