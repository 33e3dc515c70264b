import hashlib
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import ArtifactError
from common.features.hashing import FIELD_SLOTS, VERSION, VIEWS, hash_fields, hash_text
from common.features.vocabulary import fit_vocabulary, load_vocabulary
from common.listing import CONFIRMABLE, NUMBER_FIELDS, Listing

ROWS = [
    Listing(
        "Nike air max",
        "worn twice, nike box",
        brand="Nike",
        category="Men/Shoes",
        price=30.0,
    ),
    Listing(
        "Nike hoodie", "warm, worn twice", brand="Nike", category="Men/Tops", price=20.0
    ),
    Listing(
        "Puma hoodie", "warm and soft", brand="Puma", category="Men/Tops", price=30.0
    ),
    Listing("Lego castle", "all bricks, no box", category="Kids/Toys/Bricks/Sets"),
]
VALUES = {**dict.fromkeys(NUMBER_FIELDS, 12.0), "dimensions": "30x20x10"}
OTHERS = {**VALUES, "photos": ()}


@pytest.fixture(scope="module")
def vocabulary():
    return fit_vocabulary(
        [hash_text(ROWS)], hash_fields(ROWS, CONFIRMABLE), len(ROWS), min_rows=1
    )


def _norms(vocabulary, listings):
    """Length of each view of each row."""
    matrix = vocabulary.text(hash_text(listings), len(listings)).toarray()
    ends = np.cumsum([len(buckets) for buckets in vocabulary.buckets])
    return np.stack(
        [np.linalg.norm(view, axis=1) for view in np.split(matrix, ends, axis=1)[:-1]]
    )


@given(
    st.lists(
        st.builds(Listing, st.text("nike lego\U0001f600"), st.text("worn box")),
        max_size=5,
    )
)
@settings(max_examples=30)
def test_each_view_of_a_row_has_length_one_or_nothing(listings):
    known = fit_vocabulary([hash_text(ROWS)], None, len(ROWS), min_rows=1)
    norms = _norms(known, listings)
    assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))


def test_ngrams_unseen_in_training_add_nothing(vocabulary):
    strange = replace(ROWS[0], description=ROWS[0].description + " zzyzx")
    rows = [ROWS[0], strange, Listing("zzyzx", "zzyzx")]
    known, same, nothing = vocabulary.text(hash_text(rows), 3).toarray()
    np.testing.assert_array_equal(known, same)
    assert known.any()
    assert not nothing.any()


def test_an_unknown_field_value_weighs_nothing(vocabulary):
    tokens = hash_fields([Listing(brand="Nike"), Listing(brand="Zzyzx")], CONFIRMABLE)
    _, weights = vocabulary.fields(tokens)
    assert weights.sum(axis=1).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("brand", ["NIKE", "nike", "Nike®", "Ｎｉｋｅ", "Ni\u200bke "]),
        ("category", ["Men/Shoes/Boots", "men/shoes/boots", "MEN / Shoes /Boots"]),
        ("condition", ["like new", "Like_New", "LIKE-NEW"]),
        ("size", ["XL", "xl", "ＸＬ"]),
    ],
)
def test_spellings_of_a_value_are_one_token(field, spellings):
    rows = [Listing(**{field: spelling}) for spelling in spellings]
    hashes = hash_fields(rows, [field]).hashes
    assert (hashes == hashes[0]).all()


def test_a_brand_without_a_word_is_a_token_of_its_own():
    hashes = hash_fields([Listing(brand=b) for b in "&+C"], ["brand"]).hashes[:, 3]
    assert len(set(hashes.tolist())) == 3


def test_every_confirmable_field_has_a_slot():
    assert set(FIELD_SLOTS) == set(CONFIRMABLE)


@pytest.mark.parametrize("name", CONFIRMABLE)
def test_a_field_has_tokens_in_its_own_slots_only(name):
    value = VALUES.get(name, "a/b/c")
    tokens = hash_fields([Listing(**{name: value})], CONFIRMABLE)
    assert {FIELD_SLOTS[slot] for slot in np.flatnonzero(tokens.weights[0])} == {name}


@pytest.mark.parametrize("name", CONFIRMABLE)
def test_only_the_named_fields_are_read(name):
    values = {field.name: OTHERS.get(field.name, "other") for field in fields(Listing)}
    crowded = hash_fields([Listing(**values)], [name])
    alone = hash_fields([Listing(**{name: values[name]})], [name])
    np.testing.assert_array_equal(crowded.hashes, alone.hashes)
    np.testing.assert_array_equal(crowded.weights, alone.weights)


@given(st.floats(0, 1e6))
def test_a_price_is_shared_between_its_two_nearest_tokens(price):
    weights = hash_fields([Listing(price=price)], ["price"]).weights[0]
    assert weights.sum() == pytest.approx(1)
    assert set(np.flatnonzero(weights)) <= {7, 8}


def test_dimensions_of_one_volume_are_one_value():
    rows = [Listing(dimensions=text) for text in ("30x20x10", "10x20x30", "oddly")]
    one, turned, unreadable = hash_fields(rows, ["dimensions"]).hashes
    assert one.tolist() == turned.tolist() != unreadable.tolist()
    assert not unreadable.any()


def test_near_prices_share_tokens_and_far_prices_do_not():
    near, price, far = hash_fields(
        [Listing(price=p) for p in (29, 30, 300)], ["price"]
    ).hashes
    assert set(near[7:9]) == set(price[7:9])
    assert not set(far[7:9]) & set(price[7:9])


def test_deep_categories_keep_their_first_two_levels_and_the_whole_path():
    paths = ["A/B/C/D", "A/B/C/E", "A/B", "A"]
    deep, other, middle, top = hash_fields(
        [Listing(category=p) for p in paths], ["category"]
    ).hashes
    assert deep[0] == other[0] == middle[0] == top[0]
    assert deep[1] == other[1] == middle[1] != 0
    assert deep[2] != other[2]
    assert middle[2] == top[1] == 0


def test_values_of_different_fields_are_different_tokens():
    tokens = hash_fields([Listing(size="red", colour="red")], CONFIRMABLE).hashes[0]
    assert tokens[5] != tokens[6]


def test_a_value_of_several_words_is_one_token():
    one, two = hash_fields(
        [Listing(brand="Michael Kors"), Listing(brand="Michael")], ["brand"]
    ).hashes
    assert one[3] != two[3]
    assert np.count_nonzero(one) == 1


def test_a_vocabulary_survives_saving(vocabulary, tmp_path):
    np.savez(tmp_path / "v.npz", **vocabulary.arrays())
    with np.load(tmp_path / "v.npz", allow_pickle=False) as file:
        loaded = load_vocabulary(dict(file))
    views = hash_text(ROWS)
    assert (loaded.text(views, 4) != vocabulary.text(views, 4)).nnz == 0
    np.testing.assert_array_equal(loaded.values, vocabulary.values)


def test_rare_ngrams_and_values_are_left_out():
    known = fit_vocabulary(
        [hash_text(ROWS)], hash_fields(ROWS, ["brand"]), len(ROWS), min_rows=2
    )
    assert len(known.values) == 1  # Nike
    often, once = known.text(
        hash_text([Listing("nike"), Listing("castle")]), 2
    ).toarray()
    assert often.any()
    assert not once.any()


def test_the_most_frequent_ngrams_are_kept():
    known = fit_vocabulary(
        [hash_text(ROWS)], None, len(ROWS), min_rows=1, max_columns=2
    )
    assert known.size == 2 * len(VIEWS)
    assert known.text(hash_text([Listing("nike hoodie")]), 1).nnz >= 2


def test_a_batch_reads_like_its_rows_one_by_one(vocabulary):
    rows = [*ROWS, Listing(), Listing("\U0001f600 ズボン", "\ud800")]
    together = vocabulary.text(hash_text(rows), len(rows)).toarray()
    alone = [vocabulary.text(hash_text([row]), 1).toarray()[0] for row in rows]
    np.testing.assert_array_equal(together, alone)


def test_no_listings_give_no_rows(vocabulary):
    assert vocabulary.text(hash_text([]), 0).shape == (0, vocabulary.size)
    assert hash_fields([], CONFIRMABLE).hashes.shape == (0, len(FIELD_SLOTS))


def test_features_of_another_version_are_refused(vocabulary):
    arrays = vocabulary.arrays() | {"version": np.array(99)}
    with pytest.raises(
        ArtifactError, match="features of version 99, .* train it again"
    ):
        load_vocabulary(arrays)


def test_hashes_are_those_of_this_version():
    row = Listing(
        "Nike AIR 1.7 oz",
        "ナイキの靴 \U0001f600 worn twice",
        category="A/B/C/D",
        brand="Levi's",
        condition="new",
        price=12.5,
    )
    parts = [view.buckets.astype("<i4") for view in hash_text([row])]
    parts.append(hash_fields([row], CONFIRMABLE).hashes.astype("<u8"))
    digest = hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]
    assert (VERSION, digest) == (5, "faefde18cc676b23"), (
        "raise VERSION: hashes have changed"
    )


def test_vocabularies_of_the_same_texts_share_the_tfidf_of_a_batch(vocabulary):
    other = fit_vocabulary([hash_text(ROWS)], None, len(ROWS), min_rows=1)
    views = hash_text(ROWS[:2])
    assert other.columns is vocabulary.columns
    assert other.text(views, 2) is vocabulary.text(views, 2)


def test_vocabularies_of_other_texts_do_not_share_it(vocabulary):
    other = fit_vocabulary([hash_text(ROWS)], None, len(ROWS), min_rows=2)
    views = hash_text(ROWS[:2])
    assert other.columns is not vocabulary.columns
    assert other.text(views, 2).shape != vocabulary.text(views, 2).shape
