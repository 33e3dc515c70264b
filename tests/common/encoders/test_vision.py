"""Vision transformers of every family become encoders that say what the originals say."""

import os
import shutil
import warnings

import numpy as np
import pytest

from common import encoders
from common.encoder_training.probe import evaluate
from common.encoder_training.quantise import quantise_static
from common.encoder_training.train import train
from common.encoders import photo
from common.encoders.config import TransformerConfig
from common.errors import InputError
from common.listing import Listing, Photo
from common.photos.decoding import decode
from common.store import artifacts
from tests.common.encoders.killed_training import Memory

SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "image_size": 32,
    "patch_size": 8,
}
HALF = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
CROPPED = {
    "size": {"shortest_edge": 36},
    "crop_size": {"height": 32, "width": 32},
    **HALF,
}
SQUARE = {"size": {"height": 32, "width": 32}, **HALF}
FAMILIES = {
    "mobilenet_v2": (
        "MobileNetV2",
        "mobilenet_v2.image_processing_pil_mobilenet_v2",
        CROPPED,
    ),
    "vit": ("ViT", "vit.image_processing_pil_vit", SQUARE),
    "dinov2": ("Dinov2", "bit.image_processing_pil_bit", CROPPED),
    "siglip_vision_model": (
        "SiglipVision",
        "siglip.image_processing_pil_siglip",
        SQUARE,
    ),
    "clip_vision_model": ("CLIPVision", "clip.image_processing_pil_clip", CROPPED),
}
TINY_MOBILENET = {
    "image_size": 32,
    "depth_multiplier": 0.1,
    "min_depth": 4,
    "tf_padding": True,
}


@pytest.fixture(scope="module", params=FAMILIES)
def original(request, tmp_path_factory):
    """A family's smallest model: its name, class, folder and image processor."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_model(request.param, tmp_path_factory.mktemp(request.param))


def make_model(family, folder):
    import importlib

    import torch
    import transformers

    word, module, settings = FAMILIES[family]
    config = getattr(transformers, f"{word}Config")(
        **(TINY_MOBILENET if family == "mobilenet_v2" else SMALL)
    )
    torch.manual_seed(1)
    model = getattr(transformers, f"{word}Model")(config).eval()
    for part in model.modules() if family == "mobilenet_v2" else ():
        # As if it had been trained.
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 2)
        elif isinstance(part, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(part.weight)
    model.save_pretrained(folder)
    processing = importlib.import_module(f"transformers.models.{module}")
    name = next(name for name in vars(processing) if name.endswith("ImageProcessorPil"))
    processor = getattr(processing, name)(**settings)
    processor.save_pretrained(folder)
    return family, model, folder, processor


@pytest.fixture(scope="module")
def folder(original, shop, tmp_path_factory):
    family, _, model, _ = original
    made = tmp_path_factory.mktemp(f"made-{family}")
    return train(shop, made, TransformerConfig(model=str(model), finetune_epochs=0))


@pytest.fixture(scope="module")
def encoder(folder):
    return encoders.load(folder)


def test_an_exported_model_says_what_the_original_says(original, encoder, shop):
    import torch

    from common.encoder_training.vision_models import ROOT_OFFSET

    family, model, _, _ = original
    photo = shop.read("test")[0].photos[0]
    pixels = torch.from_numpy(encoder.preprocessing.apply(_open(photo)))[None]
    with torch.no_grad():
        output = model(pixel_values=pixels)
    pooled = output.last_hidden_state[:, 0] if family == "vit" else output.pooler_output
    wanted = pooled.numpy()
    vectors = encoder.encode([Listing(photos=(photo,))])
    assert np.abs(wanted).max() > 0.01  # else nothing was compared
    raw = vectors * encoder.standardiser.scale + encoder.standardiser.mean
    if family == "mobilenet_v2":
        raw = raw**2 - ROOT_OFFSET
    np.testing.assert_allclose(raw, wanted, atol=1e-5 * np.abs(wanted).max())


def test_photos_are_prepared_as_by_the_models_image_processor(original, encoder, shop):
    processor = original[3]
    for listing in shop.read("test")[:4]:
        image = _open(listing.photos[0])
        wanted = processor(image, return_tensors="np")["pixel_values"][0]
        actual = encoder.preprocessing.apply(image)
        assert np.abs(actual - wanted).max() < 1.01 / 127.5
        assert np.abs(actual - wanted).mean() < 0.1 / 127.5


def test_a_whole_clip_gives_the_vectors_of_its_vision_tower(shop, tmp_path):
    import torch
    from transformers import CLIPConfig, CLIPModel

    from common.encoder_training.vision_models import load_vision

    text = {"hidden_size": 16, "num_hidden_layers": 1, "intermediate_size": 16}
    model = CLIPModel(
        CLIPConfig(vision_config=SMALL, text_config={**text, "num_attention_heads": 2})
    )
    model.save_pretrained(tmp_path)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        pixels = torch.rand(2, 3, 32, 32)
        wanted = model.eval().vision_model(pixel_values=pixels).pooler_output
        vectors = load_vision(str(tmp_path), "clip")(pixels)
    np.testing.assert_allclose(vectors, wanted, atol=1e-5)


def test_other_types_are_refused_naming_those_supported(shop, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(
        InputError, match=r"of type 'gpt2'; those supported are mobilenet_v2, vit"
    ):
        train(shop, tmp_path / "made", TransformerConfig(model=str(tmp_path)))


def test_a_folder_without_a_model_is_a_sentence(shop, tmp_path):
    with pytest.raises(InputError, match="there is no model to load at"):
        train(shop, tmp_path, TransformerConfig(model=str(tmp_path / "nowhere")))


def test_a_transformer_needs_a_model(shop, tmp_path):
    with pytest.raises(InputError, match="needs a model: its name or its folder"):
        train(shop, tmp_path, TransformerConfig())


def test_8_bits_say_nearly_the_same(original, encoder, folder, shop, tmp_path):
    if original[0] == "mobilenet_v2":
        pytest.skip("with weights of chance it sees next to nothing: real rows try it")
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    rows = shop.read("train")[:16]
    read = [encoder.preprocessing.apply(_open(row.photos[0])) for row in rows]
    quantise_static(tmp_path, iter([np.stack(read)]))
    rounded = photo.open_folder(tmp_path)
    wanted, vectors = (
        candidate.encode(shop.read("test")) for candidate in (encoder, rounded)
    )
    lengths = np.linalg.norm(wanted, axis=1) * np.linalg.norm(vectors, axis=1)
    assert ((wanted * vectors).sum(axis=1) / lengths).mean() > 0.9


def test_a_tuned_model_tells_the_labels_of_a_shop_better(
    original, folder, shop, tmp_path
):
    if original[0] != "mobilenet_v2":
        pytest.skip("is not tuned")
    config = TransformerConfig(
        model=str(original[2]),
        finetune_epochs=20,
        finetune_batch_size=8,
        finetune_learning_rate=3e-3,
    )
    tuned = train(shop, tmp_path, config)
    assert artifacts.read(tuned).summary["finetuned_photos"] == 96
    before, after = (
        evaluate(encoders.load(path), shop)["brand"] for path in (folder, tuned)
    )
    assert after > before


@pytest.mark.slow
def test_tuning_that_was_killed_goes_on_and_gives_the_same_bytes(
    original, shop, tmp_path
):
    if original[0] != "mobilenet_v2":
        pytest.skip("is not tuned")
    config = TransformerConfig(model=str(original[2]), finetune_epochs=3)
    expected = train(shop, tmp_path / "whole", config)
    killed = Memory(survives=2)
    with pytest.raises(KeyboardInterrupt):
        train(shop, tmp_path / "killed", config, place=killed)

    resumed = train(shop, tmp_path / "resumed", config, place=killed)

    assert (resumed.name, killed.n_written) == (expected.name, 3)


def test_a_photo_model_that_cannot_be_tuned_is_a_sentence(original, shop, tmp_path):
    if original[0] == "mobilenet_v2":
        pytest.skip("is tuned")
    with pytest.raises(InputError, match="only mobilenet_v2 can be fine-tuned"):
        train(
            shop, tmp_path, TransformerConfig(model=str(original[2]), finetune_epochs=1)
        )


def _open(photo: Photo):
    return decode(photo.data)
