"""One vector a token, read off a pretrained model."""

import numpy as np
import pytest

from common import encoders
from common.encoder_training.train import modality_of, train
from common.encoder_training.train_static import _choose_tokens
from common.encoders.config import StaticConfig
from common.errors import InputError
from common.listing import Listing
from tests.tiny_bert import save_tiny_bert


@pytest.fixture(scope="module")
def encoder(tmp_path_factory, make_shop):
    words = ["red", "blue", "bag", "##s", "hat"]
    model = save_tiny_bert(tmp_path_factory.mktemp("bert"), words)
    rows = [Listing("red bag", "blue"), Listing("red hats"), Listing("red"), Listing()]
    shop = make_shop({"train": rows, "validation": [], "test": []})
    made = train(shop, tmp_path_factory.mktemp("made"), StaticConfig(model=model))
    return encoders.load(made)


def test_it_learned_nothing_from_labels(encoder):
    assert (encoder.frozen, encoder.modality, encoder.dimensions) == (True, "text", 16)


def test_rare_tokens_weigh_more(encoder):
    lengths = np.linalg.norm(encoder.table, axis=1)
    red, bag = (encoder.tokens([Listing(word)])[0][0] for word in ("red", "bag"))

    assert lengths[bag] > 2 * lengths[red]


def test_a_word_of_the_title_outweighs_one_of_the_description(encoder):
    bag, hat, both = encoder.sum_tokens(
        [Listing("bag"), Listing("hat"), Listing("bag", "hat bag")]
    )

    np.testing.assert_allclose(both, bag + np.float32(0.3) * hat, rtol=1e-5, atol=1e-6)


def test_order_and_repetition_do_not_matter(encoder):
    first, second = encoder.encode(
        [Listing("blue bag hat"), Listing("hat hat BAG blue")]
    )

    np.testing.assert_array_equal(first, second)


def test_of_a_large_vocabulary_the_frequent_tokens_are_kept(monkeypatch):
    monkeypatch.setattr("common.encoder_training.train_static.MAX_TOKENS", 2)

    assert _choose_tokens(np.array([0, 5, 1, 9])).tolist() == [1, 3]
    assert _choose_tokens(np.array([0, 5])).tolist() == [0, 1]


def test_a_model_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match="there is no model to load"):
        modality_of(StaticConfig(model=str(tmp_path / "nothing")))


def test_what_the_model_has_no_token_for_says_nothing(encoder):
    assert not encoder.encode([Listing("\U0001f9ff")]).any()


def test_texts_that_are_all_the_same_are_a_sentence(tmp_path, make_shop):
    model = save_tiny_bert(tmp_path / "bert", ["red", "bag"])
    shop = make_shop({"train": [Listing("red bag")] * 4, "validation": [], "test": []})
    with pytest.raises(InputError, match="texts of all training rows are the same"):
        train(shop, tmp_path, StaticConfig(model=model))
