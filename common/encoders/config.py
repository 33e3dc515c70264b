"""Settings of the shared encoders, by kind, and which of them a shop trains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.config import build
from common.errors import InputError
from common.metrics import Threshold

GATE = (Threshold("lift", minimum=1.1),)
"""A linear probe on the vectors must beat always giving the most frequent answer."""


@dataclass(frozen=True, slots=True)
class NgramConfig:
    """How the ``ngram`` encoder is trained; ``dimensions`` is the length of its vectors."""

    kind: str = "ngram"
    dimensions: int = 96
    epochs: int = 10
    batch: int = 128
    learning_rate: float = 4e-3
    dropout: float = 0.3
    ngram_dropout: float = 0.5
    seed: int = 0


FP32, INT8 = "fp32", "int8"
"""Bits that an exported network counts in; 8 are smaller and faster, and cost a little."""


@dataclass(frozen=True, slots=True)
class ConvnetConfig:
    """How the ``convnet`` encoder is trained; its vectors are twice as long as the last of
    ``widths``.

    Photos are shown ``passes`` times in all, each from ``least_epochs`` to ``most_epochs`` times;
    of more than ``most_photos`` so many are drawn. ``variety`` is how much a photo is changed each
    time, 0 is not at all.
    """

    kind: str = "convnet"
    pixels: int = 48
    widths: tuple[int, ...] = (16, 32, 64, 128)
    passes: int = 50_000
    least_epochs: int = 3
    most_epochs: int = 40
    most_photos: int = 40_000
    batch: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    dropout: float = 0.2
    variety: float = 1.0
    precision: str = FP32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """How long a pretrained model learns from a shop's own rows, and how fast."""

    epochs: int
    batch: int
    rate: float


FINETUNE_DEFAULTS = {"text": FinetuneConfig(0, 32, 2e-5), "photo": FinetuneConfig(4, 32, 5e-4)}
"""What pays for a model that reads text, and for one that reads photos (ADR 13)."""


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Which pretrained model is exported, by its name on the hub or its folder.

    ``max_tokens`` is how much of a text is read. A model is tuned on the shop's labels for
    ``tune_epochs``; by default ``FINETUNE_DEFAULTS`` says how long for what the model reads.
    ``seed`` draws the training rows that standardise its vectors, and the batches of tuning.
    """

    kind: str = "transformer"
    model: str = ""
    max_tokens: int = 96
    tune_epochs: int | None = None
    tune_batch: int | None = None
    tune_rate: float | None = None
    precision: str = FP32
    seed: int = 0

    def tuning(self, reads: str) -> FinetuneConfig:
        """Return how a model that reads ``text`` or ``photo`` is tuned."""
        usual = FINETUNE_DEFAULTS[reads]
        return FinetuneConfig(
            usual.epochs if self.tune_epochs is None else self.tune_epochs,
            usual.batch if self.tune_batch is None else self.tune_batch,
            usual.rate if self.tune_rate is None else self.tune_rate,
        )


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """Whose words are read once each: a pretrained text model, by its name on the hub or folder."""

    kind: str = "static"
    model: str = ""


Config = NgramConfig | ConvnetConfig | TransformerConfig | StaticConfig
"""Settings of an encoder of any kind."""

KINDS: Mapping[str, type[Config]] = {
    "ngram": NgramConfig,
    "convnet": ConvnetConfig,
    "transformer": TransformerConfig,
    "static": StaticConfig,
}
"""The settings that each kind has."""

DEFAULTS = {"text": "ngram", "photo": "convnet"}
"""The encoders of a shop that says nothing else, by name, and their kinds; neither needs more than
the shop's own rows."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def choose(overrides: Mapping[str, Any], where: str = "encoders") -> dict[str, Config]:
    """Return the settings of every encoder by its name.

    ``overrides`` maps names to settings. Those of a default encoder change only what they mention,
    and all of it where they mention another kind; any other name adds an encoder, of the kind they
    mention; ``None`` removes one. What makes no sense is an ``InputError``, which calls the whole
    ``where``.
    """
    given: dict[str, Any] = {name: {} for name in DEFAULTS} | dict(overrides)
    return {
        name: _settings(name, values, f"{where}.{name}")
        for name, values in given.items()
        if values is not None
    }


def _settings(name: str, values: Any, where: str) -> Config:
    if not isinstance(values, Mapping):
        raise InputError(
            f"{where} must be the settings of an encoder, {{kind: ngram}} for instance,"
            f" or null for none of that name, not {values!r}"
        )
    if not _NAME.fullmatch(name):
        raise InputError(f"an encoder cannot be called {name!r}: use small letters, digits, - or _")
    kind = values.get("kind", DEFAULTS.get(name))
    if kind not in KINDS:
        said = f"not {kind!r}" if kind else "and it says none"
        raise InputError(f"{where}.kind must be one of {', '.join(KINDS)}, {said}")
    found = build(KINDS[kind], values, where)
    if problem := _problem(found):
        raise InputError(f"{where}.{problem}")
    return found


def _problem(config: Config) -> str:
    """Say what is wrong with settings that have the right types, else nothing."""
    if isinstance(config, NgramConfig):
        return ""
    if isinstance(config, StaticConfig):
        return "" if config.model else "model must be a model's name on the hub or its folder"
    if config.precision not in (FP32, INT8):
        return f"precision must be {FP32} or {INT8}, not {config.precision!r}"
    if isinstance(config, TransformerConfig):
        return _tuning_problem(config)
    halved = 2 ** len(config.widths)
    if config.pixels % halved:
        return f"pixels must be a multiple of {halved} for {len(config.widths)} widths"
    return ""


def _tuning_problem(config: TransformerConfig) -> str:
    if not config.model:
        return "model must be a model's name on the hub or its folder"
    for name, kind, least in (("epochs", int, 0), ("batch", int, 2), ("rate", (int, float), 0)):
        value = getattr(config, f"tune_{name}")
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, kind) or not value >= least
        ):
            what = "number" if name == "rate" else "whole number"
            return f"tune_{name} must be a {what} of at least {least}, not {value!r}"
    return ""
