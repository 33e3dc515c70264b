"""The pretrained vision models that can become photo encoders: loading, splitting, exporting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from common.encoder_training.export_onnx import export
from common.encoder_training.pretrained import load_model
from common.encoders.photo import save_settings
from common.errors import InputError
from common.photos.preprocessing import Preprocessing, Size

TUNABLE_FAMILY = "mobilenet_v2"
"""The family that can be fine-tuned."""

ROOT_OFFSET = 1e-4
"""Added before a square root, whose slope at zero is infinite."""


def _family_pooling(output: Any) -> Tensor:
    """Return what the family itself pools: the mean of the last map, or its normalised token."""
    pooled: Tensor = output.pooler_output
    return pooled


def _root_of_family_pooling(output: Any) -> Tensor:
    """Return the square root of the mean of the last map, which is not negative.

    It dampens a few large numbers: linear models tell more from it (ADR 13).
    """
    return _root(_family_pooling(output))


def _first_token(output: Any) -> Tensor:
    token: Tensor = output.last_hidden_state[:, 0]
    return token


def _root(pooled: Tensor) -> Tensor:
    # The numbers are never negative, so ``abs`` changes none; without it 8 bits would have a sign.
    return (pooled.abs() + ROOT_OFFSET).sqrt()


FAMILIES: Mapping[str, tuple[str, Callable[[Any], Tensor]]] = {
    "mobilenet_v2": ("MobileNetV2Model", _root_of_family_pooling),
    "vit": ("ViTModel", _first_token),
    "dinov2": ("Dinov2Model", _family_pooling),
    "siglip": ("SiglipVisionModel", _family_pooling),
    "siglip_vision_model": ("SiglipVisionModel", _family_pooling),
    "clip": ("CLIPVisionModel", _family_pooling),
    "clip_vision_model": ("CLIPVisionModel", _family_pooling),
}
"""Class and pooling by ``model_type``. MobileNetV2: the root of the mean over the last feature map.
ViT and DINOv2: the class token after the last norm. SigLIP: its attention pooling. CLIP: the class
token after the last norm and before the projection, as in the linear probes of the paper (Radford
et al. 2021, A.3)."""


@dataclass(frozen=True, slots=True)
class SplitModel:
    """A photo model in two parts; ``tuned(frozen(pixels))`` gives its vectors.

    Attributes:
        frozen: the first blocks, which fine-tuning does not change.
        tuned: the last blocks and the pooling.
    """

    frozen: nn.Module
    tuned: nn.Module


class Pooled(nn.Module):
    """A vision model that gives one vector a photo."""

    def __init__(self, model: nn.Module, pool: Callable[[Any], Tensor]) -> None:
        """Wrap a loaded model; ``pool`` takes the vectors from its output."""
        super().__init__()
        self.model, self.pool = model.eval(), pool

    def forward(self, pixels: Tensor) -> Tensor:
        """Return vectors ``[photos, dims]`` of ``pixels [photos, 3, height, width]``."""
        return self.pool(self.model(pixel_values=pixels))


class RootOfMean(nn.Module):
    """The pooling of ``mobilenet_v2``: the root of the mean over a feature map."""

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``[photos, channels]`` of ``[photos, channels, height, width]``."""
        return _root(maps.mean(dim=(2, 3)))


def load_vision(name: str, model_type: str) -> Pooled:
    """Load a vision model of one of ``FAMILIES`` in float32."""
    class_name, pool = FAMILIES[model_type]
    # Most checkpoints have no weights for the pooling layer, which is not used here.
    options = {"add_pooling_layer": False} if model_type == "vit" else {}
    return Pooled(load_model(class_name, name, **options), pool)


def split_model(model: Pooled) -> SplitModel | None:
    """Split a model after three quarters of its blocks; ``None`` for families that are not split.

    The blocks after that take little of the computation.
    """
    if model.pool is not _root_of_family_pooling:
        return None
    mobilenet: Any = model.model
    n_frozen = len(mobilenet.layer) * 3 // 4
    frozen = nn.Sequential(mobilenet.conv_stem, *mobilenet.layer[:n_frozen])
    tuned = nn.Sequential(*mobilenet.layer[n_frozen:], mobilenet.conv_1x1, RootOfMean())
    return SplitModel(frozen, tuned)


def read_preprocessing(name: str) -> Preprocessing:
    """Return the preprocessing of a model's photos, from its image processor.

    Raises ``InputError`` where there is none, or one that does not lead to one size.
    """
    processor = _load_processor(name)
    size = dict(processor.size or {}) if processor.do_resize else {}
    crop = None
    if getattr(processor, "do_center_crop", None):
        crop = _to_size(processor.crop_size)
    _check_sides(name, processor, size, crop)

    is_normalised = processor.do_normalize
    return Preprocessing(
        shortest=size.get("shortest_edge"),
        exact=_to_size(size) if size.get("height") else None,
        resample=int(processor.resample),
        crop=crop,
        factor=float(processor.rescale_factor) if processor.do_rescale else 1.0,
        mean=tuple(processor.image_mean) if is_normalised else (0.0, 0.0, 0.0),
        std=tuple(processor.image_std) if is_normalised else (1.0, 1.0, 1.0),
    )


def _check_sides(
    name: str, processor: Any, size: Mapping[str, int], crop: Size | None
) -> None:
    """Raise ``InputError`` for a preprocessing that is not supported."""
    sides = {side for side, value in size.items() if value}
    is_padded = getattr(processor, "do_pad", None)
    if is_padded or sides not in ({"shortest_edge"}, {"height", "width"}):
        raise InputError(
            f"photos of {name} are prepared in a way that is not supported: {size}"
        )
    if crop is None and sides == {"shortest_edge"}:
        raise InputError(
            f"photos of {name} are not cropped to one size, which is not supported"
        )


def _to_size(size: Mapping[str, int]) -> Size:
    return Size(size["height"], size["width"])


def _load_processor(name: str) -> Any:
    # The class at the top of transformers needs torchvision; this one does without.
    from transformers.models.auto.image_processing_auto import AutoImageProcessor

    try:
        # The name is the trainer's own, often a folder, and no remote code is run.
        return AutoImageProcessor.from_pretrained(name, backend="pil")  # nosec B615
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"{name} does not say how photos are prepared: {reason}"
        ) from None


def export_vision(model: Pooled, preprocessing: Preprocessing, folder: Path) -> None:
    """Write the network and the preprocessing of its photos into a folder."""
    size = preprocessing.size
    assert size is not None  # read_preprocessing sees to it
    export(model, {"pixels": torch.zeros(2, 3, *size)}, ("rows",), folder)
    save_settings(folder, preprocessing)
