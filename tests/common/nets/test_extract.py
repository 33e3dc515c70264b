import numpy as np
import pytest

from common.features.hashing import CACHE_ROWS, hash_fields, hash_text
from common.features.vocabulary import fit_vocabulary
from common.listing import CONFIRMABLE, Listing
from common.nets.extract import read_known, read_rows
from common.nets.features import make_inputs

ROWS = [
    Listing(f"red shoes {i % 7}", "worn" * (i % 3), brand="ABC"[i % 3], price=float(i % 11))
    for i in range(CACHE_ROWS + 40)
]


class Lengths:
    """Encodes to the length of the title."""

    id, modality, dimensions, frozen = "lengths", "text", 1, False

    def encode(self, listings):
        return np.array([[len(listing.title)] for listing in listings], np.float32)


def test_rows_read_in_batches_are_as_if_read_at_once():
    vocabulary, inputs = read_rows(ROWS, CONFIRMABLE, [Lengths(), Lengths()])
    tokens = hash_fields(ROWS, CONFIRMABLE)
    whole = fit_vocabulary([hash_text(ROWS)], tokens, len(ROWS))
    wanted = make_inputs(ROWS, tokens, whole, [Lengths(), Lengths()])
    np.testing.assert_equal(vocabulary.arrays(), whole.arrays())
    assert (inputs.text != wanted.text).nnz == 0
    np.testing.assert_array_equal(inputs.fields, wanted.fields)
    np.testing.assert_array_equal(inputs.weights, wanted.weights)
    np.testing.assert_array_equal(inputs.vectors["text"], wanted.vectors["text"])


@pytest.mark.parametrize("count", [1, CACHE_ROWS])
def test_any_number_of_rows_is_read(count):
    _, inputs = read_rows(ROWS[:count], CONFIRMABLE)
    assert len(inputs) == inputs.text.shape[0] == count
    assert not inputs.vectors


def test_rows_are_read_again_by_the_words_that_were_learned():
    vocabulary, inputs = read_rows(ROWS, CONFIRMABLE)
    again = read_known([*ROWS, Listing("sombrero")], CONFIRMABLE, vocabulary)
    assert (again.text[: len(ROWS)] != inputs.text).nnz == 0
    np.testing.assert_array_equal(again.fields[: len(ROWS)], inputs.fields)
    np.testing.assert_array_equal(again.weights[: len(ROWS)], inputs.weights)
    assert not again.text[len(ROWS)].nnz
