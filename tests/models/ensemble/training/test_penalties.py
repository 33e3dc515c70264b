"""Penalties are chosen on rows that the model was not fitted to."""

import numpy as np

from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.targets import Target
from models.ensemble.settings import LinearSettings
from models.ensemble.training.members import choose_linear

WORDS = [f"word{number}" for number in range(40)]
SETTINGS = LinearSettings(penalties=(0.01, 1.0, 100.0))


def _rows(n_rows=300):
    random = np.random.default_rng(0)
    return [Listing(" ".join(random.choice(WORDS, 6, replace=False)), listing_id=str(n))
            for n in range(n_rows)]  # fmt: skip


def _penalty(values, kind="value", size=1, groups=None):
    rows = _rows(len(values))
    inputs = FeatureExtractor(()).fit_transform(rows)
    target = Target("out", kind, size, np.array(values, float))
    groups = np.arange(len(rows)) if groups is None else groups
    chosen = choose_linear(SETTINGS, inputs, [target], groups)
    return chosen["out"].penalty


def _signal():
    """The number of words of the first half in each title."""
    low = set(WORDS[:20])
    return np.array([sum(word in low for word in row.title.split()) for row in _rows()])


def test_a_clean_value_has_a_weak_penalty():
    assert _penalty(_signal()) == 0.01


def test_a_value_of_noise_has_a_strong_penalty():
    assert _penalty(np.random.default_rng(1).normal(size=300)) == 100


def test_clean_classes_have_no_strong_penalty():
    assert _penalty(_signal() > 3, "classes", 2) < 100


def test_classes_of_noise_have_a_strong_penalty():
    noise = np.random.default_rng(1).random(300) < 0.5
    assert _penalty(noise, "classes", 2) == 100


def test_many_clean_classes_have_no_strong_penalty():
    first = [WORDS.index(row.title.split()[0]) for row in _rows()]
    assert _penalty(first, "classes", 40) < 100


def test_without_labels_the_middle_penalty_is_taken():
    assert _penalty(np.full(50, np.nan)) == 1.0


def test_rows_of_one_group_leave_nothing_to_choose_by():
    assert _penalty(_signal()[:50], groups=np.zeros(50, int)) == 1.0


def test_classes_of_one_row_each_leave_nothing_to_choose_by():
    assert _penalty(np.arange(50.0), "classes", 50) in SETTINGS.penalties
