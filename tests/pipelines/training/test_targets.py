import pytest

from common.errors import InputError
from pipelines.training.targets import TARGETS, choose, parse_config, unlabelled


def test_all_is_everything_in_training_order():
    assert choose(["all"]) == TARGETS
    assert choose(["price", "encoders"]) == ("encoders", "price")


def test_an_unknown_target_is_refused_naming_the_known_ones():
    with pytest.raises(
        InputError, match=r"'prize'.*encoders, category, brand, price, shipping"
    ):
        choose(["prize"])


@pytest.mark.parametrize("text", ["price: {seed: 3}", '{"price": {"seed": 3}}'])
def test_settings_are_read_from_yaml_and_json(world, text):
    assert parse_config(text) == {"price": {"seed": 3}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prize: {seed: 3}", "speaks of prize; there are encoders, category"),
        ("price: {sead: 3}", "no setting 'sead'; it has seed, score"),
        (
            "encoders: {text: {sead: 3}}",
            "encoders.text has no setting 'sead'; it has seed, score",
        ),
        ("price: {seed: three}", "must be of type int"),
        ("- price", "must map a target to its settings"),
        ("price: {seed: 3", "neither YAML nor JSON"),
    ],
)
def test_settings_that_make_no_sense_are_refused_in_a_sentence(world, text, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_config(text)


def test_models_without_any_label_are_told_apart():
    coverage = {
        "category": 9,
        "brand": 0,
        "price": 3,
        "shipping_payer": 0,
        "parcel_size": 1,
    }
    targets = ("encoders", "category", "brand", "price", "shipping")
    assert unlabelled(targets, coverage) == ["brand"]
    assert unlabelled(("price",), {}) == ["price"]
