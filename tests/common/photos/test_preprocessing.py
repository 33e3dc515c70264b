"""What an encoder sees when it serves is what its image processor showed it in training."""

import warnings

import numpy as np
import pytest
from PIL import Image

from common.photos.preprocessing import Preprocessing, Size

SIZES = [
    (64, 48),
    (48, 64),
    (50, 50),
    (301, 40),
    (40, 301),
    (7, 5),
    (1, 90),
    (513, 511),
]
HALF = (0.5, 0.5, 0.5)
IMAGENET = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


@pytest.fixture(scope="module")
def processors():
    """Hugging Face's Pillow image processors of the families, by name, with ours beside them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.models.bit.image_processing_pil_bit import (
            BitImageProcessorPil,
        )
        from transformers.models.clip.image_processing_pil_clip import (
            CLIPImageProcessorPil,
        )
        from transformers.models.mobilenet_v2.image_processing_pil_mobilenet_v2 import (
            MobileNetV2ImageProcessorPil,
        )
        from transformers.models.siglip.image_processing_pil_siglip import (
            SiglipImageProcessorPil,
        )
        from transformers.models.vit.image_processing_pil_vit import (
            ViTImageProcessorPil,
        )
    small, square = {"shortest_edge": 40}, {"height": 32, "width": 32}
    crop = Size(32, 32)
    return {
        "MobileNetV2": (
            MobileNetV2ImageProcessorPil(
                size=small, crop_size=square, image_mean=HALF, image_std=HALF
            ),
            Preprocessing(40, None, 2, crop, 1 / 255, HALF, HALF),
        ),
        "ViT": (
            ViTImageProcessorPil(size=square, image_mean=HALF, image_std=HALF),
            Preprocessing(None, crop, 2, None, 1 / 255, HALF, HALF),
        ),
        "DINOv2": (
            BitImageProcessorPil(
                size=small,
                crop_size=square,
                image_mean=IMAGENET["mean"],
                image_std=IMAGENET["std"],
            ),
            Preprocessing(40, None, 3, crop, **IMAGENET),
        ),
        "SigLIP": (
            SiglipImageProcessorPil(size={"height": 24, "width": 32}),
            Preprocessing(None, Size(24, 32), 3, None, 1 / 255, HALF, HALF),
        ),
        "CLIP": (
            CLIPImageProcessorPil(
                size={"shortest_edge": 32},
                crop_size=square,
                image_mean=HALF,
                image_std=HALF,
            ),
            Preprocessing(32, None, 3, crop, 1 / 255, HALF, HALF),
        ),
        "a crop larger than the photo": (
            CLIPImageProcessorPil(
                size={"shortest_edge": 21},
                crop_size=square,
                image_mean=HALF,
                image_std=HALF,
            ),
            Preprocessing(21, None, 3, crop, 1 / 255, HALF, HALF),
        ),
    }


FAMILIES = (
    "MobileNetV2",
    "ViT",
    "DINOv2",
    "SigLIP",
    "CLIP",
    "a crop larger than the photo",
)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_pixel_is_within_one_level_of_the_image_processors(
    processors, family, size
):
    processor, ours = processors[family]
    image = _noise(*size)
    wanted = processor(image, return_tensors="np")["pixel_values"][0]
    actual = ours.apply(image)
    assert actual.dtype == np.float32
    assert actual.shape == wanted.shape
    one_level = ours.factor / min(ours.std)
    assert np.abs(actual - wanted).max() < 1.01 * one_level
    assert np.abs(actual - wanted).mean() < 0.1 * one_level


def test_a_very_long_photo_costs_no_more_than_its_middle():
    long = Image.new("RGB", (20_000, 1))
    assert Preprocessing(21, crop=Size(32, 32)).apply(long).shape == (3, 32, 32)


def test_without_settings_only_the_scale_changes():
    image = _noise(9, 7)
    wanted = np.asarray(image).transpose(2, 0, 1) / 255
    np.testing.assert_allclose(Preprocessing().apply(image), wanted, atol=1e-6)


def _noise(width, height):
    """Smooth colours with some noise on them."""
    random = np.random.default_rng(width * height)
    coarse = Image.fromarray(random.integers(0, 256, (6, 6, 3), np.uint8)).resize(
        (width, height)
    )
    noise = random.integers(-9, 10, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(coarse) + noise, 0, 255).astype(np.uint8))
