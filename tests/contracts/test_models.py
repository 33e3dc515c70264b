"""The laws every model keeps; a new model is tried because it is in ``models.NAMES``."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from common.errors import ArtifactError, InputError
from common.features.hashing import hash_text
from common.listing import CONDITIONS, CONFIRMABLE, NO_BRAND, PAYERS, Listing
from common.store import artifacts

pytestmark = pytest.mark.parametrize("name", models.NAMES)

STRANGE = {
    "nothing": Listing(),
    "long": Listing("shoes " * 20, "lovely warm coat " * 6000),
    "one endless word": Listing("x" * 10_000),
    "emoji": Listing("\U0001f600\U0001f525", "\U0001f469\u200d\U0001f692 \u2764\ufe0f"),
    "right to left": Listing(
        "\u062d\u0630\u0627\u0621 \u0646\u0627\u064a\u0643\u064a", "\u202eabc"
    ),
    "Japanese": Listing("ナイキのスニーカー", "新品です。"),
    "control characters": Listing("a\x00b\x1f\x7f", "\x00" * 100),
    "half a character": Listing("\ud83d shoes \udfff", "\udc00"),
    "strange values": Listing("hat", category="///", brand="\x00", size=" ", colour="", price=0.0),
    "far too dear": Listing("hat", price=1e308, currency="???", category="a/" * 500),
}
VALUES = {
    "category": ["Women/Shoes/Boots", "no/such/path", ""],
    "brand": [NO_BRAND, "Velox", "zzyzx"],
    "condition": CONDITIONS,
    "size": ["M", "42"],
    "colour": ["red"],
    "price": [0.0, 12.5, 1e6],
    "currency": ["USD", "JPY"],
    "shipping_payer": PAYERS,
    "shipping_method": ["standard"],
    "parcel_size": ["small"],
    "language": ["en", "ja"],
}
CARD = (
    "Predicts", "Inputs", "Method", "Training", "Calibration", "Abstention", "Metrics and gate",
    "Limits",
)  # fmt: skip
CONFIRMED = st.fixed_dictionaries(
    {}, optional={field: st.sampled_from(values) for field, values in VALUES.items()}
)


@pytest.fixture
def predictor(suggester, name):
    return suggester.predictors[name]


def _unseen(name, rows):
    return [row.without(*models.outputs(name)) for row in rows]


def _assert_legal(suggestion, name):
    assert (suggestion.model, bool(suggestion.version)) == (name, True)
    assert suggestion.candidates or suggestion.price or suggestion.abstained
    for candidates in suggestion.candidates.values():
        stated = [each.probability for each in candidates]
        assert all(math.isfinite(p) and 0 <= p <= 1 for p in stated)
        assert sum(stated) <= 1 + 1e-6
        assert all(
            after <= before + 1e-6 for before, after in zip(stated, stated[1:], strict=False)
        )
        assert len({each.value for each in candidates}) == len(candidates) <= 5
    if suggestion.price is not None:
        prices = [price for _, price in suggestion.price.quantiles]
        assert all(math.isfinite(price) and price >= 0 for price in prices)
        assert prices == sorted(prices)
        assert suggestion.price.low <= suggestion.price.median <= suggestion.price.high


def test_it_knows_its_name_and_version(predictor, champion, name):
    manifest = artifacts.read(champion.models[name])
    assert (predictor.name, predictor.version) == (name, champion.release.models[name])
    assert predictor.encoder_ids == manifest.encoders


def test_no_listings_get_no_answers(predictor):
    assert predictor.predict([]) == []
    assert predictor.predict([], {}) == []


def test_every_listing_gets_one_legal_answer(predictor, rows, name):
    found = predictor.predict(_unseen(name, rows))
    assert len(found) == len(rows)
    for suggestion in found:
        _assert_legal(suggestion, name)
    assert any(suggestion.candidates or suggestion.price for suggestion in found)


def test_answers_come_in_the_order_of_the_listings(predictor, rows, name, assert_same):
    unseen = _unseen(name, rows)
    assert_same(predictor.predict(unseen[::-1])[::-1], predictor.predict(unseen))


def test_a_batch_is_answered_like_its_rows_one_by_one(predictor, rows, name, assert_same):
    unseen = [*_unseen(name, rows), *STRANGE.values()]
    alone = [predictor.predict([row])[0] for row in unseen]
    assert_same(predictor.predict(unseen), alone)


def test_given_vectors_change_nothing(predictor, suggester, rows, name, assert_same):
    unseen = _unseen(name, rows)
    vectors = {ref: suggester.encoders[ref].encode(unseen) for ref in predictor.encoder_ids}
    vectors["of another encoder"] = np.zeros((len(rows), 3), np.float32)
    assert_same(predictor.predict(unseen, vectors), predictor.predict(unseen))


def test_it_never_sees_its_own_answer(predictor, suggester, rows, name):
    answers = {field: VALUES.get(field, ["x"])[0] for field in models.outputs(name)}
    for told in (rows, [replace(row, **answers) for row in rows]):
        unseen = _unseen(name, told)
        assert predictor.predict(told) == predictor.predict(unseen)
        assert suggester.predict(told, [name]) == suggester.suggest(unseen, [name])


def test_what_the_seller_confirmed_is_looked_at(predictor, rows, name):
    cold = predictor.predict([row.only() for row in rows])
    warm = predictor.predict(_unseen(name, rows))
    assert [each.candidates for each in cold] != [each.candidates for each in warm] or [
        each.price for each in cold
    ] != [each.price for each in warm]


@given(confirmed=CONFIRMED)
@settings(max_examples=25, deadline=None)
def test_any_confirmed_fields_are_legal(suggester, name, confirmed):
    listing = Listing("red shoes", "worn twice", **confirmed)
    [suggestion] = suggester.predict([listing], [name])[name]
    _assert_legal(suggestion, name)
    assert set(suggestion.used) <= {"text", "photo", *confirmed} - set(models.outputs(name))


@pytest.mark.parametrize("strange", STRANGE)
def test_strange_listings_are_answered(predictor, name, strange):
    [suggestion] = predictor.predict([STRANGE[strange]])
    _assert_legal(suggestion, name)


@given(title=st.text(st.characters(), max_size=40), description=st.text(max_size=40))
@settings(max_examples=15, deadline=None)
def test_any_text_is_answered(suggester, name, title, description):
    [suggestion] = suggester.predictors[name].predict([Listing(title, description)])
    _assert_legal(suggestion, name)


def test_threads_get_the_answers_of_one(predictor, rows, name, assert_same):
    unseen = _unseen(name, rows)
    wanted = predictor.predict(unseen)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(predictor.predict, [unseen] * 12):
            assert_same(found, wanted)


def test_it_is_measured_in_finite_numbers_and_by_every_metric_of_its_gate(
    predictor, shop, rows, name
):
    found = models.evaluate(name, predictor, shop.read("test"))
    assert all(math.isfinite(value) for value in found.values()), found
    assert models.gate(name)
    assert {threshold.metric for threshold in models.gate(name)} <= set(found)


def test_rows_without_labels_are_measured_without_failing(predictor, name):
    found = models.evaluate(name, predictor, [Listing("shoes"), Listing("hats")])
    assert all(math.isfinite(value) for value in found.values())


def test_the_artifact_is_arrays_and_text_without_a_pickle(champion, name):
    for path in champion.models[name].iterdir():
        assert path.suffix in {".npz", ".json", ".txt"}
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as file:
                assert all(file[key].dtype != object for key in file.files)


def test_only_training_rows_are_in_its_vocabulary(predictor, shop, name):
    views = zip(hash_text(shop.read("train")), hash_text(shop.read("test")), strict=True)
    for (train, test), known in zip(views, predictor.head.vocabulary.buckets, strict=True):
        assert set(known) <= set(train.buckets)
        assert set(test.buckets) - set(train.buckets)  # else nothing was tested


def test_the_same_rows_and_settings_give_the_same_artifact(
    predictor, champion, suggester, shop, name, tmp_path
):
    config = models.config(name, artifacts.read(champion.models[name]).config)
    shared = [suggester.encoders[ref] for ref in predictor.encoder_ids]
    assert models.train(name, shop, shared, tmp_path, config).name == predictor.version


def test_it_is_not_loaded_with_an_encoder_it_was_not_trained_on(champion, name):
    with pytest.raises(ArtifactError, match="was trained on encoder .*, but is given none"):
        models.load(name, champion.models[name], [])


def test_rows_without_labels_cannot_train_it(name, tmp_path):
    class Unlabelled:
        id = "unlabelled"

        def read(self, split):
            return [Listing("shoes"), Listing("hats")]

    with pytest.raises(InputError, match=f"the {name} model needs"):
        models.train(name, Unlabelled(), [], tmp_path, models.config(name))
    assert list(tmp_path.iterdir()) == []


def test_a_setting_nobody_knows_is_a_sentence(name):
    with pytest.raises(InputError, match=f"{name} has no setting 'sede'; it has seed"):
        models.config(name, {"sede": 1})


def test_settings_have_a_seed_and_can_be_overridden(name):
    assert (models.config(name).seed, models.config(name, {"seed": 5}).seed) == (0, 5)


def test_its_fields_can_be_confirmed(name):
    assert models.outputs(name)
    assert set(models.outputs(name)) <= set(CONFIRMABLE)


def test_its_model_card_says_what_it_does(name):
    card = (Path(models.__file__).parent / name / "README.md").read_text(encoding="utf-8")
    lacking = [part for part in CARD if f"\n## {part}\n" not in card]
    assert not lacking
    unnamed = [each.metric for each in models.gate(name) if f"`{each.metric}`" not in card]
    assert not unnamed
