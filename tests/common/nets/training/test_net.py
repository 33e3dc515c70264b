from dataclasses import replace

import numpy as np
import pytest
import torch

from common.features.hashing import FIELD_SLOTS
from common.listing import CONFIRMABLE, EARLY_FIELDS, Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.net import Net
from common.nets.settings import (
    LARGE_DATA_ROWS,
    MAX_REPEATS,
    MIN_EPOCHS,
    SMALL_DATA_ROWS,
    NetSettings,
)
from common.nets.targets import MISSING, Target
from common.nets.training.module import NetModule, field_mask
from common.nets.training.net import _batches, train_net
from models.ensemble.training import linear
from models.ensemble.training.linear import train_linear

ALL = np.ones(len(FIELD_SLOTS), bool)
KINDS = ("red shoes", "blue hat", "green coat")
CERTAIN = NetSettings(
    width=8,
    epochs=2.5,
    batch_size=8,
    dropout=0.0,
    ngram_dropout=0.0,
    field_dropout=0.0,
    learning_rate=0.05,
)


class Fixed:
    """Encodes to a fixed vector for each kind."""

    id, modality, dimensions, frozen = "fixed", "text", 4, False

    def encode(self, listings):
        return np.array(
            [np.eye(4)[len(listing.title) % 4] for listing in listings], np.float32
        )


@pytest.fixture(scope="module")
def inputs():
    rows = [
        Listing(KINDS[i % 3], f"number {i}", brand="AB"[i % 2], price=5.0)
        for i in range(60)
    ]
    rows.append(Listing())
    features = FeatureExtractor(CONFIRMABLE, [Fixed()], with_characters=True)
    return features.fit_transform(rows)


@pytest.fixture(scope="module")
def kinds():
    return Target(
        "kind", "classes", 3, np.array([*(i % 3 for i in range(60)), MISSING])
    )


@pytest.mark.parametrize("hidden", [(), (6,), (6, 5)])
@pytest.mark.parametrize(
    "input_names",
    [
        ("text", "fields"),
        ("text_vectors", "fields"),
        ("text", "text_vectors"),
        ("text", "fields", "characters"),
    ],
)
def test_numpy_computes_what_torch_does(inputs, kinds, hidden, input_names):
    kinds = replace(kinds, groups=np.array([[1, 0], [1, 0], [0, 1]], np.float32))
    settings = NetSettings(8, hidden, dropout=0, ngram_dropout=0, field_dropout=0)
    value = Target("value", "value", 1, kinds.values)
    torch.manual_seed(0)
    module = NetModule(inputs, (kinds, value), input_names, settings)
    torch.nn.init.normal_(module.tables["kind/groups"])
    rows = np.arange(len(inputs))
    with torch.no_grad():
        wanted = module(inputs, rows, np.random.default_rng(0))
    scores = Net(module.export(), ("kind", "value")).forward(inputs)
    for name in ("kind", "value"):
        np.testing.assert_allclose(scores[name], wanted[name].numpy(), atol=1e-4)


@pytest.mark.parametrize("hidden", [(), (8,)])
@pytest.mark.parametrize("input_names", [("text", "fields"), ("text_vectors",)])
def test_a_net_learns_what_can_be_learned(inputs, kinds, hidden, input_names):
    settings = NetSettings(
        16, hidden, epochs=2.5, batch_size=8, learning_rate=0.02, dropout=0.1
    )
    scores = train_net(inputs, [kinds], input_names, settings).forward(inputs)["kind"]
    assert np.mean(scores[:60].argmax(axis=1) == kinds.values[:60]) > 0.95


def test_a_net_learns_several_outputs_at_once(inputs, kinds):
    brand = Target(
        "brand", "classes", 2, np.array([*(i % 2 for i in range(60)), MISSING])
    )
    price = Target(
        "price", "bins", 4, np.array([*(1.5 * (i % 3) for i in range(60)), MISSING])
    )
    value = Target("value", "value", 1, kinds.values - 1)
    net = train_net(inputs, [kinds, brand, price, value], ("text", "fields"), CERTAIN)
    scores = net.forward(inputs)
    assert net.outputs == ("kind", "brand", "price", "value")
    assert np.mean(scores["brand"][:60].argmax(axis=1) == brand.values[:60]) > 0.95
    assert set(scores["price"][:60:3].argmax(axis=1)) == {0}
    assert set(scores["price"][2:60:3].argmax(axis=1)) == {3}
    assert np.abs(scores["value"][:60, 0] - value.values[:60]).mean() < 0.3


def test_rows_without_a_label_teach_nothing(inputs, kinds):
    half = np.where(np.arange(61) < 30, kinds.values, MISSING)
    wrong = np.where(np.arange(61) < 30, MISSING, 2 - kinds.values)
    other = Target("other", "classes", 3, wrong)
    net = train_net(
        inputs, [Target("kind", "classes", 3, half), other], ("text",), CERTAIN
    )
    predicted = net.forward(inputs)["kind"].argmax(axis=1)
    assert np.mean(predicted[:60] == kinds.values[:60]) > 0.95


def test_the_same_seed_gives_the_same_net(inputs, kinds):
    nets = [
        train_net(inputs, [kinds], ("text", "fields"), NetSettings(4, epochs=2))
        for _ in "ab"
    ]
    for name, array in nets[0].arrays.items():
        np.testing.assert_array_equal(array, nets[1].arrays[name])


def test_progress_goes_from_nothing_to_all(inputs, kinds):
    fractions = []
    train_net(inputs, [kinds], ("text",), NetSettings(4, epochs=2), fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


def test_settings_hold_for_small_data_rows_exactly():
    assert NetSettings().scaled(SMALL_DATA_ROWS) == NetSettings()


def test_with_characters_half_the_epochs_are_enough():
    for rows in (SMALL_DATA_ROWS // 4, SMALL_DATA_ROWS, 4 * SMALL_DATA_ROWS):
        without = NetSettings().scaled(rows)
        with_characters = NetSettings().scaled(rows, with_characters=True)
        assert with_characters == replace(without, epochs=without.epochs / 2)


@pytest.mark.parametrize("factor", [2, 5, MAX_REPEATS])
def test_fewer_rows_take_as_many_steps_by_more_epochs(factor):
    settings, rows = NetSettings(epochs=6.0), int(SMALL_DATA_ROWS / factor)
    scaled = settings.scaled(rows)
    assert scaled == replace(settings, epochs=scaled.epochs)
    assert scaled.epochs * rows == pytest.approx(6 * SMALL_DATA_ROWS)


@pytest.mark.parametrize("rows", [0, 1, 24, 900])
def test_very_few_rows_are_repeated_at_most_so_often(rows):
    assert NetSettings(epochs=6.0).scaled(rows).epochs == 6 * MAX_REPEATS


def test_many_rows_take_as_many_steps_and_larger_batches():
    few, many = NetSettings(), NetSettings().scaled(64 * SMALL_DATA_ROWS)
    assert few.epochs > many.epochs > MIN_EPOCHS
    assert many.batch_size == 16 * few.batch_size
    steps = [
        settings.epochs * rows / settings.batch_size
        for settings, rows in ((few, 1), (many, 64))
    ]
    assert steps[0] == pytest.approx(steps[1])


def test_a_net_may_be_narrower_for_large_data():
    settings = NetSettings(width=128, max_width_large_data=64)
    assert settings.scaled(LARGE_DATA_ROWS).width == 128
    assert settings.scaled(LARGE_DATA_ROWS + 1).width == 64
    assert NetSettings(width=128).scaled(LARGE_DATA_ROWS + 1).width == 128


@pytest.mark.parametrize("epochs", [1, 3])
def test_large_data_still_has_the_minimum_number_of_epochs(epochs):
    assert NetSettings(epochs=epochs).scaled(10**9).epochs == min(epochs, MIN_EPOCHS)


def test_half_an_epoch_sees_half_of_the_rows(inputs, kinds):
    random = np.random.default_rng(0)
    seen, done = zip(
        *_batches(np.arange(60), NetSettings(epochs=1.5, batch_size=8), random),
        strict=True,
    )
    assert sorted(np.concatenate(seen[:8])) == list(range(60))
    assert len(set(np.concatenate(seen[8:]))) == 30
    assert list(done) == sorted(done)


def test_fields_are_dropped_whole_and_early_ones_stay():
    kept = field_mask(2000, 1.0, np.random.default_rng(0))
    early = np.isin(FIELD_SLOTS, EARLY_FIELDS)
    is_early = (kept[:, early] == 1).all(axis=1) & (kept[:, ~early] == 0).all(axis=1)
    assert np.mean(is_early) == pytest.approx(0.5, abs=0.05)
    category = kept[
        :, [slot for slot, name in enumerate(FIELD_SLOTS) if name == "category"]
    ]
    assert np.all(category == category[:, :1])
    assert field_mask(10, 0.0, np.random.default_rng(0)).all()


def test_a_linear_member_learns_classes(inputs, kinds):
    net = train_linear(inputs, kinds, 0.1, ALL)
    scores = net.forward(inputs)["kind"]
    assert np.mean(scores[:60].argmax(axis=1) == kinds.values[:60]) == 1


def test_a_linear_member_learns_two_classes_in_their_order(inputs):
    brand = Target(
        "brand", "classes", 2, np.array([*(i % 3 == 0 for i in range(60)), MISSING])
    )
    scores = train_linear(inputs, brand, 0.1, ALL).forward(inputs)["brand"]
    assert np.mean(scores[:60].argmax(axis=1) == brand.values[:60]) == 1


def test_a_linear_member_is_fitted_to_at_most_max_rows(inputs, kinds, monkeypatch):
    monkeypatch.setattr(linear, "MAX_ROWS", 30)
    few = train_linear(inputs, kinds, 0.1, ALL)
    scores = few.forward(inputs)["kind"]
    assert np.mean(scores[:60].argmax(axis=1) == kinds.values[:60]) == 1


def test_a_linear_member_learns_values(inputs, kinds):
    value = Target("value", "value", 1, kinds.values * 3)
    net = train_linear(inputs, value, 0.01, ALL)
    predicted = net.forward(inputs)["value"]
    assert np.abs(predicted[:60, 0] - value.values[:60]).mean() < 0.2


def test_a_linear_member_reads_only_the_slots_it_may(inputs):
    brand = Target(
        "brand", "classes", 2, np.array([*(i % 2 for i in range(60)), MISSING])
    )
    blind = train_linear(inputs, brand, 0.1, ~ALL)
    seeing = train_linear(inputs, brand, 0.1, ALL)
    assert not blind.arrays["fields"].any()
    assert seeing.arrays["fields"].any()


def test_a_class_never_seen_is_scored_as_the_rest_of_its_group(inputs, kinds):
    groups = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
    unseen = np.where(kinds.values == 2, MISSING, kinds.values)
    target = Target("kind", "classes", 3, unseen, groups=groups)
    scores = train_net(inputs, [target], ("text",), CERTAIN).forward(inputs)["kind"]
    # Of the group of class 0, for a row of class 0.
    assert scores[0, 2] > scores[0, 1] + 1
    assert scores[1, 2] < scores[1, 1]
