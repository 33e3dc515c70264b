import numpy as np
import pytest

from common.features.hashing import CACHE_ROWS, hash_fields, hash_text
from common.features.style import style_features
from common.features.vocabulary import fit_vocabulary, load_vocabulary
from common.listing import CONFIRMABLE, MODES, Listing
from common.nets.feature_extractor import FeatureExtractor

ROWS = [
    Listing(
        f"red shoes {i % 7}", "worn" * (i % 3), brand="ABC"[i % 3], price=float(i % 11)
    )
    for i in range(CACHE_ROWS + 40)
]


class Lengths:
    """Encodes to the length of the title."""

    id, modality, dimensions, frozen = "lengths", "text", 1, False

    def encode(self, listings):
        return np.array([[len(listing.title)] for listing in listings], np.float32)


class Photos(Lengths):
    id, modality = "photos", "photo"


def _assert_equal(inputs, expected):
    assert (inputs.text != expected.text).nnz == 0
    np.testing.assert_array_equal(inputs.fields, expected.fields)
    np.testing.assert_array_equal(inputs.weights, expected.weights)
    assert inputs.vectors.keys() == expected.vectors.keys()
    for modality, vectors in expected.vectors.items():
        np.testing.assert_array_equal(inputs.vectors[modality], vectors)
    np.testing.assert_array_equal(inputs.style, expected.style)


def test_rows_read_in_batches_are_as_if_read_at_once():
    features = FeatureExtractor(CONFIRMABLE, [Lengths(), Lengths()], with_style=True)
    inputs = features.fit_transform(ROWS)
    tokens = hash_fields(ROWS, CONFIRMABLE)
    whole = fit_vocabulary([hash_text(ROWS)], tokens, len(ROWS))
    numbers, weights = whole.fields(tokens)
    np.testing.assert_equal(features.vocabulary.arrays(), whole.arrays())
    assert (inputs.text != whole.text(hash_text(ROWS), len(ROWS))).nnz == 0
    np.testing.assert_array_equal(inputs.fields, numbers)
    np.testing.assert_array_equal(inputs.weights, weights)
    np.testing.assert_array_equal(
        inputs.vectors["text"], np.tile(Lengths().encode(ROWS), 2)
    )
    np.testing.assert_array_equal(inputs.style, style_features(ROWS, CONFIRMABLE))


def test_training_rows_are_transformed_as_they_were_fitted():
    features = FeatureExtractor(CONFIRMABLE, [Lengths(), Lengths()], with_style=True)
    fitted = features.fit_transform(ROWS)
    _assert_equal(features.transform(ROWS), fitted)
    _assert_equal(features.transform(ROWS[:40]), fitted.take(np.arange(40)))


@pytest.mark.parametrize("count", [1, CACHE_ROWS])
def test_any_number_of_rows_is_read(count):
    inputs = FeatureExtractor(CONFIRMABLE).fit_transform(ROWS[:count])
    assert len(inputs) == inputs.text.shape[0] == count
    assert not inputs.vectors
    assert inputs.style is None


def test_no_rows_are_inputs_without_rows():
    features = FeatureExtractor(CONFIRMABLE, with_style=True)
    columns = features.fit_transform(ROWS).text.shape[1]
    inputs = features.transform([])
    assert (len(inputs), inputs.text.shape) == (0, (0, columns))
    assert inputs.style is not None


def test_rows_are_read_again_by_the_words_that_were_learned():
    features = FeatureExtractor(CONFIRMABLE)
    inputs = features.fit_transform(ROWS)
    again = features.transform([*ROWS, Listing("sombrero")])
    assert (again.text[: len(ROWS)] != inputs.text).nnz == 0
    np.testing.assert_array_equal(again.fields[: len(ROWS)], inputs.fields)
    np.testing.assert_array_equal(again.weights[: len(ROWS)], inputs.weights)
    assert not again.text[len(ROWS)].nnz


def test_given_vectors_belong_to_their_rows_in_every_batch():
    features = FeatureExtractor((), [Lengths()])
    features.fit_transform(ROWS)
    given = {"lengths": np.arange(len(ROWS), dtype=np.float32)[:, None]}
    inputs = features.transform(ROWS, given)
    np.testing.assert_array_equal(inputs.vectors["text"], given["lengths"])


def test_only_a_photo_encoder_opens_the_modes_of_photos():
    assert FeatureExtractor((), [Lengths()]).modes == MODES[:1]
    assert FeatureExtractor((), [Lengths(), Photos()]).modes == MODES


def test_characters_are_the_same_in_training_and_in_serving():
    features = FeatureExtractor((), with_characters=True)
    fitted = features.fit_transform(ROWS).characters
    stored = load_vocabulary(features.vocabulary.arrays())
    served = FeatureExtractor((), vocabulary=stored)
    again = served.transform([*ROWS, Listing("sombrero")]).characters
    assert fitted is not None
    assert again is not None
    assert fitted.shape[1] == len(stored.characters.buckets[0]) > 0
    assert (again[: len(ROWS)] != fitted).nnz == 0
    alone = served.transform(ROWS[:1]).characters
    assert alone is not None
    assert (alone != fitted[:1]).nnz == 0


def test_without_characters_none_are_stored_or_computed():
    features = FeatureExtractor(())
    assert features.fit_transform(ROWS).characters is None
    assert load_vocabulary(features.vocabulary.arrays()).characters is None


def test_misspelt_words_share_characters():
    features = FeatureExtractor((), with_characters=True)
    features.fit_transform([Listing("louis vuitton bag"), Listing("vuitton belt")])
    inputs = features.transform([Listing("vuiton")])
    assert inputs.characters.nnz > inputs.text.nnz


def test_an_extractor_that_is_not_fitted_says_so():
    with pytest.raises(ValueError, match="not fitted yet"):
        FeatureExtractor(()).transform(ROWS[:1])
