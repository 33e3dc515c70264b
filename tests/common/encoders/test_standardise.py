"""Vectors are brought to one scale, dimension by dimension."""

import numpy as np
import pytest

from common.encoders.standardise import fit_standardiser, load_standardiser
from common.errors import ArtifactError


@pytest.fixture
def vectors():
    noise = np.random.default_rng(1).normal(size=(500, 3))
    return (noise * [1, 100, 0] + [5, -20, 7]).astype(np.float32)


def test_dimensions_get_mean_0_and_variance_1_and_a_constant_is_not_blown_up(vectors):
    standardised = fit_standardiser(vectors).apply(vectors)
    np.testing.assert_allclose(standardised.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(standardised.std(axis=0), [1, 1, 0], atol=1e-3)
    assert standardised.dtype == np.float32


def test_what_is_saved_is_loaded(vectors, tmp_path):
    standardiser = fit_standardiser(vectors)
    standardiser.save(tmp_path)
    loaded = load_standardiser(tmp_path)
    np.testing.assert_array_equal(loaded.apply(vectors), standardiser.apply(vectors))


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(ArtifactError, match="holds no mean and scale of vectors"):
        load_standardiser(tmp_path)
