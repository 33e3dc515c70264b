"""The vision models that can become photo encoders, from transformers to our artifact."""

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


def _pooler(found: Any) -> Tensor:
    """What the family itself pools: the mean of the last map, or its last normalised token."""
    pooled: Tensor = found.pooler_output
    return pooled


def _rooted(found: Any) -> Tensor:
    """The square root of the mean of the last map, which is not negative.

    It makes few large numbers less loud: linear models tell more from it (ADR 13).
    """
    return _root(_pooler(found))


def _first_token(found: Any) -> Tensor:
    first: Tensor = found.last_hidden_state[:, 0]
    return first


TUNED = "mobilenet_v2"
"""The family that can be tuned."""

EVEN = 1e-4
"""Added before a root is taken, whose slope has no end at nothing."""

FAMILIES: Mapping[str, tuple[str, Callable[[Any], Tensor]]] = {
    "mobilenet_v2": ("MobileNetV2Model", _rooted),
    "vit": ("ViTModel", _first_token),
    "dinov2": ("Dinov2Model", _pooler),
    "siglip": ("SiglipVisionModel", _pooler),
    "siglip_vision_model": ("SiglipVisionModel", _pooler),
    "clip": ("CLIPVisionModel", _pooler),
    "clip_vision_model": ("CLIPVisionModel", _pooler),
}
"""Class and pooling by ``model_type``. MobileNetV2: the root of the mean over the last feature map.
ViT and DINOv2: the class token after the last norm. SigLIP: its attention pooling. CLIP: the class
token after the last norm and before the projection, as in the linear probes of the paper (Radford
et al. 2021, A.3)."""


@dataclass(frozen=True, slots=True)
class SplitModel:
    """A photo model in two: ``back(front(pixels))`` are its vectors."""

    front: nn.Module
    back: nn.Module


class Pooled(nn.Module):
    """A vision model that gives one vector a photo."""

    def __init__(self, model: nn.Module, pool: Callable[[Any], Tensor]) -> None:
        """Wrap a loaded model; ``pool`` takes the vectors from what it returns."""
        super().__init__()
        self.model, self.pool = model.eval(), pool

    def forward(self, pixels: Tensor) -> Tensor:
        """Return vectors ``[photos, dims]`` of ``pixels [photos, 3, height, width]``."""
        return self.pool(self.model(pixel_values=pixels))


def load_vision(name: str, model_type: str) -> Pooled:
    """Load a vision model of one of ``FAMILIES`` in float32."""
    kind, pool = FAMILIES[model_type]
    wanted = {"add_pooling_layer": False} if model_type == "vit" else {}
    return Pooled(load_model(kind, name, **wanted), pool)


def split_model(model: Pooled) -> SplitModel | None:
    """Cut a model where little of its work is left; ``None`` for a family that is not cut."""
    inner: Any = model.model
    if model.pool is not _rooted:
        return None
    kept = len(inner.layer) * 3 // 4
    front = nn.Sequential(inner.conv_stem, *inner.layer[:kept])
    return SplitModel(front, nn.Sequential(*inner.layer[kept:], inner.conv_1x1, RootOfMean()))


class RootOfMean(nn.Module):
    """What ``mobilenet_v2`` ends with."""

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``[photos, channels]`` of ``[photos, channels, height, width]``."""
        return _root(maps.mean(dim=(2, 3)))


def read_preprocessing(name: str) -> Preprocessing:
    """Read how a model's photos are prepared, from its image processor."""
    # the one at the top of transformers wants torchvision, which this one does without
    from transformers.models.auto.image_processing_auto import AutoImageProcessor

    try:
        found = AutoImageProcessor.from_pretrained(name, backend="pil")
    except (OSError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise InputError(f"{name} does not say how photos are prepared: {reason}") from None
    size, crop = dict(found.size or {}) if found.do_resize else {}, None
    if getattr(found, "do_center_crop", None):
        crop = Size(found.crop_size["height"], found.crop_size["width"])
    sides = {side for side, value in size.items() if value}
    if getattr(found, "do_pad", None) or sides not in ({"shortest_edge"}, {"height", "width"}):
        raise InputError(f"photos of {name} are prepared in a way that is not supported: {size}")
    if crop is None and sides == {"shortest_edge"}:
        raise InputError(f"photos of {name} are not cropped to one size, which is not supported")
    return Preprocessing(
        shortest=size.get("shortest_edge"),
        exact=Size(size["height"], size["width"]) if "height" in sides else None,
        resample=int(found.resample),
        crop=crop,
        factor=float(found.rescale_factor) if found.do_rescale else 1.0,
        mean=tuple(found.image_mean) if found.do_normalize else (0.0, 0.0, 0.0),
        std=tuple(found.image_std) if found.do_normalize else (1.0, 1.0, 1.0),
    )


def _root(pooled: Tensor) -> Tensor:
    return (pooled.abs() + EVEN).sqrt()  # a sign that is never there is no work in 8 bits


def export_vision(model: Pooled, preprocessing: Preprocessing, folder: Path) -> None:
    """Write the network and how its photos are prepared into a folder."""
    wanted = preprocessing.crop or preprocessing.exact
    assert wanted is not None  # read_preprocessing sees to it
    export(model, {"pixels": torch.zeros(2, 3, *wanted)}, ("rows",), folder)
    save_settings(folder, preprocessing)
