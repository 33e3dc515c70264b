from dataclasses import replace

import pytest

from common.encoders.config import ConvnetConfig, TransformerConfig, choose
from common.errors import InputError


def test_a_shop_has_an_encoder_of_photos():
    assert choose({}) == {"photo": ConvnetConfig()}


def test_settings_of_a_default_encoder_change_only_what_they_mention():
    configs = choose({"photo": {"image_size": 64}})
    assert configs == {"photo": ConvnetConfig(image_size=64)}


def test_another_kind_takes_the_place_of_a_default_encoder():
    configs = choose({"photo": {"kind": "transformer", "model": "models/vit"}})
    assert configs == {"photo": TransformerConfig(model="models/vit")}


def test_another_name_adds_an_encoder():
    configs = choose(
        {"sentences": {"kind": "transformer", "model": "minilm", "max_tokens": 32}}
    )
    assert list(configs) == ["photo", "sentences"]
    assert configs["sentences"] == TransformerConfig(model="minilm", max_tokens=32)


def test_null_removes_an_encoder():
    assert choose({"photo": None}) == {}
    assert list(choose({"nobody": None})) == ["photo"]


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (
            {"epochs": 3},
            r"encoders.epochs must be the settings of an encoder, .* not 3",
        ),
        (
            {"text": {"kind": "magic"}},
            "text.kind must be one of convnet, transformer, static, not",
        ),
        (
            {"more": {"epochs": 3}},
            "encoders.more.kind must be one of .*, and it says none",
        ),
        (
            {"photo": {"sead": 3}},
            "encoders.photo has no setting 'sead'; it has kind, image_size",
        ),
        (
            {"photo": {"image_size": "many"}},
            "encoders.photo.image_size must be of type int",
        ),
        (
            {
                "photo": {
                    "kind": "transformer",
                    "model": "vit",
                    "finetune_epochs": "many",
                }
            },
            "encoders.photo.finetune_epochs must be a whole number of at least 0, not 'many'",
        ),
        (
            {
                "photo": {
                    "kind": "transformer",
                    "model": "vit",
                    "finetune_batch_size": 1,
                }
            },
            "encoders.photo.finetune_batch_size must be a whole number of at least 2, not 1",
        ),
        (
            {"photo": {"image_size": 50}},
            "encoders.photo.image_size must be a multiple of 16 for 4 widths",
        ),
        (
            {"photo": {"precision": "int4"}},
            "photo.precision must be fp32 or int8, not 'int4'",
        ),
        (
            {"photo": {"kind": "transformer"}},
            "encoders.photo.model must be a model's name",
        ),
        (
            {"photo": {"passes": 9}},
            "encoders.photo.passes is now called encoders.photo.images_seen",
        ),
        (
            {"photo": {"kind": "transformer", "model": "vit", "tune_rate": 0.1}},
            "encoders.photo.tune_rate is now called encoders.photo.finetune_learning_rate",
        ),
        ({"My Photos": {"kind": "convnet"}}, "cannot be called 'My Photos'"),
    ],
)
def test_settings_that_make_no_sense_are_refused_in_a_sentence(overrides, sentence):
    with pytest.raises(InputError, match=sentence):
        choose(overrides)


def test_a_model_is_fine_tuned_as_pays_unless_it_is_said():
    config = TransformerConfig(model="vit", finetune_learning_rate=1e-3)
    assert config.finetuning().epochs > 0
    assert config.finetuning().learning_rate == 1e-3
    not_at_all = replace(config, finetune_epochs=0)
    assert not_at_all.finetuning().epochs == 0
