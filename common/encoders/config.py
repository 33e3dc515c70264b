"""Settings of the shared encoders by kind, and the choice of encoders that a shop trains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from common.config import build
from common.errors import InputError
from common.metrics import Threshold

GATE = (Threshold("lift", minimum=1.1),)
"""A linear probe on the vectors must beat always giving the most frequent answer."""

FP32, INT8 = "fp32", "int8"
"""Precisions of an exported network; 8 bits are smaller and faster, and cost a little accuracy."""


@dataclass(frozen=True, slots=True)
class ConvnetConfig:
    """Settings of the ``convnet`` encoder.

    Attributes:
        kind: the kind of encoder.
        image_size: height and width of the network's input, in pixels.
        widths: channels of each stage; a vector is twice as long as the last of them.
        images_seen: photos seen in training, counted each time they are seen.
        min_epochs: fewest passes over the photos, even if that exceeds ``images_seen``.
        max_epochs: most passes over the photos, even if that falls short of ``images_seen``.
        max_photos: training photos; of more than these a random sample is drawn.
        batch_size: photos of a training step.
        learning_rate: largest learning rate of the schedule.
        weight_decay: weight decay of AdamW.
        dropout: share of a vector's elements that are dropped in training.
        augmentation: strength of random crops, rotations and tints; 0 leaves photos as they are.
        precision: ``fp32`` or ``int8``, of the exported network.
        seed: seed of the first weights and of all draws.
    """

    kind: str = "convnet"
    image_size: int = 48
    widths: tuple[int, ...] = (16, 32, 64, 128)
    images_seen: int = 50_000
    min_epochs: int = 3
    max_epochs: int = 40
    max_photos: int = 40_000
    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    dropout: float = 0.2
    augmentation: float = 1.0
    precision: str = FP32
    seed: int = 0

    RENAMED: ClassVar[Mapping[str, str]] = {
        "pixels": "image_size",
        "passes": "images_seen",
        "least_epochs": "min_epochs",
        "most_epochs": "max_epochs",
        "most_photos": "max_photos",
        "batch": "batch_size",
        "variety": "augmentation",
    }


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """Settings of fine-tuning a pretrained photo model on a shop's labels.

    Attributes:
        epochs: passes over the training rows; 0 leaves the model as it is.
        batch_size: rows of a training step.
        learning_rate: largest learning rate of the schedule.
    """

    epochs: int
    batch_size: int
    learning_rate: float


FINETUNE_DEFAULT_EPOCHS = 4
"""Passes of fine-tuning where settings say nothing, the best of the trials (ADR 13)."""


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Settings of a ``transformer`` encoder: a pretrained model that is exported.

    Attributes:
        kind: the kind of encoder.
        model: the model's name on the hub, or its folder.
        max_tokens: tokens of a text that are read.
        finetune_epochs: passes over the shop's photos; ``None`` is ``FINETUNE_DEFAULT_EPOCHS``
            for models that can be fine-tuned, and none for others.
        finetune_batch_size: photos of a step of fine-tuning.
        finetune_learning_rate: largest learning rate of fine-tuning.
        precision: ``fp32`` or ``int8``, of the exported network.
        seed: seed of the rows that standardise the vectors, and of fine-tuning.
    """

    kind: str = "transformer"
    model: str = ""
    max_tokens: int = 96
    finetune_epochs: int | None = None
    finetune_batch_size: int = 32
    finetune_learning_rate: float = 5e-4
    precision: str = FP32
    seed: int = 0

    RENAMED: ClassVar[Mapping[str, str]] = {
        "tune_epochs": "finetune_epochs",
        "tune_batch": "finetune_batch_size",
        "tune_rate": "finetune_learning_rate",
    }

    def finetuning(self) -> FinetuneConfig:
        """Return the settings of fine-tuning, for a model that can be fine-tuned."""
        epochs = self.finetune_epochs
        return FinetuneConfig(
            FINETUNE_DEFAULT_EPOCHS if epochs is None else epochs,
            self.finetune_batch_size,
            self.finetune_learning_rate,
        )


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """Settings of a ``static`` encoder: token vectors taken from a pretrained text model.

    Attributes:
        kind: the kind of encoder.
        model: the text model's name on the hub, or its folder.
    """

    kind: str = "static"
    model: str = ""


Config = ConvnetConfig | TransformerConfig | StaticConfig
"""Settings of an encoder of any kind."""

KINDS: Mapping[str, type[Config]] = {
    "convnet": ConvnetConfig,
    "transformer": TransformerConfig,
    "static": StaticConfig,
}
"""The settings class of every kind."""

DEFAULTS = {"photo": "convnet"}
"""Names and kinds of the default encoders, which need no more than the shop's own rows."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def choose(overrides: Mapping[str, Any], where: str = "encoders") -> dict[str, Config]:
    """Return the settings of every encoder by its name.

    ``overrides`` maps names to settings. A default encoder keeps the settings that its overrides
    do not mention, unless they mention another kind. Any other name adds an encoder of the kind
    that its settings mention. ``None`` removes an encoder.

    Raises ``InputError`` for invalid settings; ``where`` names the whole mapping in the message.
    """
    given: dict[str, Any] = {name: {} for name in DEFAULTS} | dict(overrides)
    return {
        name: _build(name, values, f"{where}.{name}")
        for name, values in given.items()
        if values is not None
    }


def _build(name: str, values: Any, where: str) -> Config:
    if not isinstance(values, Mapping):
        raise InputError(
            f"{where} must be the settings of an encoder, {{kind: convnet}} for instance,"
            f" or null for none of that name, not {values!r}"
        )
    if not _NAME.fullmatch(name):
        raise InputError(
            f"an encoder cannot be called {name!r}: use small letters, digits, - or _"
        )

    kind = values.get("kind", DEFAULTS.get(name))
    if kind not in KINDS:
        problem = f"not {kind!r}" if kind else "and it says none"
        raise InputError(f"{where}.kind must be one of {', '.join(KINDS)}, {problem}")

    config = build(KINDS[kind], values, where)
    if problem := _problem(config):
        raise InputError(f"{where}.{problem}")
    return config


def _problem(config: Config) -> str:
    """Describe what is wrong with settings of the right types; empty when they are valid."""
    if isinstance(config, StaticConfig):
        return _model_problem(config.model)

    if config.precision not in (FP32, INT8):
        return f"precision must be {FP32} or {INT8}, not {config.precision!r}"
    if isinstance(config, TransformerConfig):
        return _model_problem(config.model) or _finetuning_problem(config)

    # Each stage halves height and width.
    divisor = 2 ** len(config.widths)
    if config.image_size % divisor:
        return f"image_size must be a multiple of {divisor} for {len(config.widths)} widths"
    return ""


def _model_problem(model: str) -> str:
    return "" if model else "model must be a model's name on the hub or its folder"


def _finetuning_problem(config: TransformerConfig) -> str:
    # ``build`` checks no optional fields: their types are unions.
    return (
        _number_problem("finetune_epochs", config.finetune_epochs, int, 0)
        or _number_problem("finetune_batch_size", config.finetune_batch_size, int, 2)
        or _number_problem(
            "finetune_learning_rate", config.finetune_learning_rate, float, 0
        )
    )


def _number_problem(
    name: str, value: Any, kind: type[int] | type[float], minimum: int
) -> str:
    if value is None:
        return ""
    types = (int, float) if kind is float else (int,)
    is_number = isinstance(value, types) and not isinstance(value, bool)
    if is_number and value >= minimum:
        return ""
    noun = "number" if kind is float else "whole number"
    return f"{name} must be a {noun} of at least {minimum}, not {value!r}"
