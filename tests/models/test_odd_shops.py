"""A model learns an odd shop, or says in a sentence why not."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

import models
from common import encoders
from common.encoder_training import probe
from common.encoder_training import train as encoder_training
from common.encoders.config import ConvnetConfig, StaticConfig
from common.errors import CannotTrain, InputError
from common.listing import FEE_INCLUDED, Listing
from common.store import artifacts
from models.checks.suggestions import check_legal
from tests.models.odd_shops import PHOTO_SHOPS, SHOPS, ordinary_rows, quick, split
from tests.tiny_bert import save_tiny_bert

SMALL_CONVNET = ConvnetConfig(
    image_size=16, widths=(4, 8), images_seen=200, min_epochs=1
)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """Settings of a text encoder."""
    return StaticConfig(model=save_tiny_bert(tmp_path_factory.mktemp("bert")))


@pytest.fixture(scope="module")
def encoder(config, tmp_path_factory):
    """An encoder of an ordinary shop: those of odd ones are tested with the encoders."""
    out = tmp_path_factory.mktemp("encoder")
    shop = split(ordinary_rows())
    return encoders.load(encoder_training.train(shop, out, config))


@pytest.fixture(scope="module")
def photo_encoder(tmp_path_factory):
    """An encoder of photos."""
    out = tmp_path_factory.mktemp("encoder")
    shop = PHOTO_SHOPS["photos everywhere"]()
    return encoders.load(encoder_training.train(shop, out, SMALL_CONVNET))


def _train(make):
    """Return what ``make`` returns, and the sentence of what it cannot be made of."""
    try:
        return make(), ""
    except InputError as error:
        return None, str(error)


@pytest.mark.parametrize("name", models.NAMES)
@pytest.mark.parametrize("kind", SHOPS)
def test_it_is_learned_or_a_sentence_says_why_not(kind, name, encoder, tmp_path):
    shop = SHOPS[kind]()
    folder, reason = _train(
        lambda: models.train(name, shop, [encoder], tmp_path, quick(name))
    )
    if folder is None:
        assert re.match(f"the {name} model needs .+: .+", reason)
        assert not list(tmp_path.iterdir())
        return

    _check(name, folder, [encoder], shop)


@pytest.mark.parametrize("name", models.NAMES)
@pytest.mark.parametrize("kind", PHOTO_SHOPS)
def test_odd_photos_are_learned_from(kind, name, encoder, photo_encoder, tmp_path):
    shop, encoders = PHOTO_SHOPS[kind](), [encoder, photo_encoder]
    folder = models.train(name, shop, encoders, tmp_path, quick(name))
    _check(name, folder, encoders, shop)


def _check(name, folder, encoders, shop):
    """Load a model, and see that its answers are legal and its metrics finite."""
    predictor = models.load(name, folder, encoders)
    rows = [row.without(*models.outputs(name)) for row in ordinary_rows(20)]
    for suggestion in predictor.predict([*rows, *shop.read("test")]):
        check_legal(suggestion, name)

    measured = models.evaluate(name, predictor, shop.read("test"))
    assert measured["rows"] <= shop.count("test")
    assert all(math.isfinite(value) for value in measured.values())


@pytest.mark.parametrize("kind", PHOTO_SHOPS)
def test_a_photo_encoder_is_learned_or_a_sentence_says_why_not(kind, tmp_path):
    shop = PHOTO_SHOPS[kind]()
    folder, reason = _train(
        lambda: encoder_training.train(shop, tmp_path, SMALL_CONVNET)
    )
    if folder is None:
        assert re.search("photo", reason)
        return
    encoder = encoders.load(folder)
    assert np.isfinite(encoder.encode(shop.read("test"))).all()
    measured = probe.evaluate(encoder, shop)
    assert all(math.isfinite(value) for value in measured.values())


@pytest.mark.parametrize("kind", SHOPS)
def test_an_encoder_is_learned_or_a_sentence_says_why_not(kind, config, tmp_path):
    shop = SHOPS[kind]()
    folder, reason = _train(lambda: encoder_training.train(shop, tmp_path, config))
    if folder is None:
        assert "text" in reason
        return
    encoder = encoders.load(folder)
    vectors = encoder.encode(shop.read("test"))
    assert vectors.shape == (shop.count("test"), encoder.dimensions)


@pytest.mark.parametrize("kind", SHOPS)
def test_an_encoder_is_measured_on_the_rows_there_are(kind, encoder):
    measured = probe.evaluate(encoder, SHOPS[kind]())
    assert all(math.isfinite(value) for value in measured.values())


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("one category", "category", "every one of the 96 .* says 'Women'"),
        ("no brand known", "brand", "none of the 96 training rows has a brand"),
        ("one price", "price", r"every one of the 96 .* costs 25\.00 USD"),
        ("no prices", "price", "none of the 96 training rows has one"),
        ("one payer and nothing else", "shipping", "every one of the 96 .* 'seller'"),
        ("five rows", "category", "4 of the 4 .* and at least 10 must"),
    ],
)
def test_the_sentence_says_what_the_rows_have(kind, name, reason, encoder, tmp_path):
    with pytest.raises(CannotTrain, match=reason):
        models.train(name, SHOPS[kind](), [encoder], tmp_path, quick(name))


def test_a_price_is_what_the_prices_of_its_shop_are(encoder, tmp_path):
    shop = replace(SHOPS["ordinary"](), price_basis=FEE_INCLUDED)
    folder = models.train("price", shop, [encoder], tmp_path, quick("price"))
    predictor = models.load("price", folder, [encoder])

    (answer,) = predictor.predict([Listing("Velox boots 1")])
    assert answer.price.basis == FEE_INCLUDED
    assert artifacts.read(folder).summary["price_basis"] == FEE_INCLUDED


def test_rows_that_are_not_learned_from_are_counted(encoder, tmp_path):
    shop = SHOPS["two currencies"]()
    folder = models.train("price", shop, [encoder], tmp_path, quick("price"))
    foreign = [row.currency for row in shop.read("train")].count("JPY")
    assert artifacts.read(folder).summary["left_out"] == {
        "their price is in JPY, and most are in USD": foreign
    }
