import json
from dataclasses import dataclass, replace

import numpy as np
import pytest

from common.errors import ArtifactError
from common.features.hashing import hash_fields, hash_text
from common.features.vocabulary import fit_vocabulary
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.net import Net
from models.ensemble.blend import Blend, PoolWeights
from models.ensemble.head import Head
from models.ensemble.head_files import ARRAYS, SETTINGS, load_head, save_head
from models.ensemble.predictor import read_parts

ROWS = [
    Listing("nike shoes", "worn", brand="Nike", condition="new"),
    Listing("lego castle", "boxed", brand="Lego"),
    Listing("nike hat", condition="good"),
    Listing(),
]


@dataclass(frozen=True)
class Encoder:
    id: str = "one"
    modality: str = "text"
    dimensions: int = 3
    frozen: bool = False

    def encode(self, listings):
        return np.array(
            [[len(listing.title), 1, 0] for listing in listings], np.float32
        )


def _net(seed, inputs, sizes, output="kind"):
    random = np.random.default_rng(seed)
    arrays = {name: random.normal(size=(sizes[name], 4)) for name in inputs}
    arrays |= {"bias": random.normal(size=4), f"{output}.bias": random.normal(size=3)}
    arrays |= {f"{output}.weight": random.normal(size=(4, 3))}
    return Net(
        {name: value.astype(np.float32) for name, value in arrays.items()}, (output,)
    )


@pytest.fixture
def head():
    """A head of members in another order than that of their names, of quite different weights."""
    fields = ("condition", "brand")
    tokens = hash_fields(ROWS, fields)
    vocabulary = fit_vocabulary([hash_text(ROWS)], tokens, len(ROWS), min_rows=1)
    sizes = {
        "text": vocabulary.size,
        "fields": len(vocabulary.values),
        "text_vectors": 3,
    }
    members = {
        "vectors": _net(1, ("text_vectors", "fields"), sizes),
        "ngrams": _net(2, ("text", "fields"), sizes),
        "linear.kind": _net(3, ("text",), sizes),
    }
    early = PoolWeights((2.0, 0.0, 0.1), 0.5, (1.1, 0.9, -0.2))
    blends = {"kind": Blend((early,), (PoolWeights((0.0, 0.1, 2.0)),))}
    features = FeatureExtractor(fields, [Encoder()], vocabulary=vocabulary)
    return Head(features, members, blends, n_late_fields=2.0)


@pytest.fixture
def saved(head, tmp_path):
    save_head(head, tmp_path)
    return tmp_path


def _probabilities(head):
    inputs = head.features.transform(ROWS)
    return head.probabilities("kind", head.scores(inputs)["kind"], inputs).probabilities


def test_a_head_answers_the_same_after_saving(head, saved):
    loaded = load_head(saved, [Encoder()])
    np.testing.assert_allclose(_probabilities(loaded), _probabilities(head), atol=2e-2)
    assert loaded.features.fields == head.features.fields
    assert (loaded.blends, loaded.n_late_fields) == (head.blends, 2.0)


def test_members_keep_their_order_because_weights_go_by_index(head, saved):
    loaded = load_head(saved, [Encoder()])
    assert (
        list(loaded.members)
        == ["vectors", "ngrams", "linear.kind"]
        != sorted(head.members)
    )
    before, after = (
        head.scores(head.features.transform(ROWS)),
        loaded.scores(loaded.features.transform(ROWS)),
    )
    for wanted, loaded_scores in zip(before["kind"], after["kind"], strict=True):
        np.testing.assert_allclose(loaded_scores, wanted, atol=2e-2)
    # Else nothing was tested.
    assert np.abs(before["kind"][0] - before["kind"][1]).max() > 0.5


def test_another_encoder_than_it_was_trained_on_is_refused(saved):
    with pytest.raises(
        ArtifactError, match="was trained on encoder one, but is given two: a rel"
    ):
        load_head(saved, [Encoder("two")])
    with pytest.raises(ArtifactError, match="but is given none"):
        load_head(saved, [])


def test_vectors_that_are_given_are_used(head):
    given = {
        "one": np.full((len(ROWS), 3), 9, np.float32),
        "other": np.zeros((4, 1), np.float32),
    }
    vectors = head.features.transform(ROWS, given).vectors["text"]
    assert (vectors[:3] == 9).all()
    # A listing without text has no vector, whatever is sent.
    assert not vectors[3].any()
    np.testing.assert_array_equal(
        head.features.transform(ROWS, {}).vectors["text"], Encoder().encode(ROWS)
    )


def test_a_head_without_an_encoder_reads_no_vectors(head, saved):
    settings = json.loads((saved / SETTINGS).read_text())
    (saved / SETTINGS).write_text(json.dumps(settings | {"encoders": []}))
    assert load_head(saved, []).features.transform(ROWS).vectors == {}


def test_only_the_fields_of_the_head_are_read(head):
    with_more = [Listing("nike", brand="Nike", category="Men", price=3.0)]
    np.testing.assert_array_equal(
        head.features.transform(with_more).weights,
        head.features.transform([Listing("nike", brand="Nike")]).weights,
    )


def test_confirmed_values_are_used_or_unknown(head):
    listings = [
        Listing("nike", brand="NIKE®", category="Men"),
        Listing("nike", brand="Zzyzx"),
        Listing(brand="", condition=None),
    ]
    inputs = head.features.transform(listings)
    fields = head.features.fields
    used, unknown = read_parts(listings, inputs, fields)
    assert used == [("text", "brand"), ("text",), ()]
    assert unknown == [(), ("brand",), ()]


def test_members_of_several_outputs_are_sorted_by_output(head):
    other = Net(
        {**head.members["vectors"].arrays, "size.weight": np.zeros((4, 2), np.float32),
         "size.bias": np.zeros(2, np.float32)}, ("kind", "size"),
    )  # fmt: skip
    more = Head(head.features, {"a": other, **head.members}, {})
    scores = more.scores(more.features.transform(ROWS))
    assert {name: len(arrays) for name, arrays in scores.items()} == {
        "kind": 4,
        "size": 1,
    }


def test_the_file_holds_no_pickle_and_is_small(saved):
    with np.load(saved / ARRAYS, allow_pickle=False) as file:
        assert {file[f"{name}.bias"].dtype for name in ("ngrams", "vectors")} == {
            np.dtype("f2")
        }


def test_completeness_grows_with_late_fields(head):
    rows = [
        Listing("hat"),
        Listing("hat", condition="new"),
        Listing("hat", brand="Nike"),
    ]
    assert head.completeness(head.features.transform(rows)).tolist() == [0, 0, 0.5]
    usual = replace(head, n_late_fields=1.0)
    assert usual.completeness(usual.features.transform(rows)).tolist() == [0, 0, 1]


def test_classes_are_ranked_by_name(head):
    inputs = head.features.transform(ROWS)
    ranked = head.probabilities("kind", head.scores(inputs)["kind"], inputs).rank(
        ["a", "b", "c"]
    )
    assert [{candidate.value for candidate in row} for row in ranked] == [
        {"a", "b", "c"}
    ] * 4
