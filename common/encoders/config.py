"""Settings of the shared encoders, by kind."""

from __future__ import annotations

from dataclasses import dataclass

from common.metrics import Threshold

GATE = (Threshold("lift", minimum=1.1),)
"""A linear probe on the vectors must beat always giving the most frequent answer."""


@dataclass(frozen=True, slots=True)
class Config:
    """How the ``ngram`` encoder is trained; ``dimensions`` is the length of its vectors."""

    kind: str = "ngram"
    dimensions: int = 96
    epochs: int = 10
    batch: int = 128
    learning_rate: float = 4e-3
    dropout: float = 0.3
    ngram_dropout: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ConvnetConfig:
    """How the ``convnet`` encoder is trained; the last of ``widths`` is the length of its vectors.

    Photos are shown ``passes`` times in all, each from ``least_epochs`` to ``most_epochs`` times;
    of more than ``most_photos`` so many are drawn. ``variety`` is how much a photo is changed each
    time, 0 is not at all.
    """

    kind: str = "convnet"
    pixels: int = 64
    widths: tuple[int, ...] = (16, 32, 64, 128)
    passes: int = 30_000
    least_epochs: int = 3
    most_epochs: int = 40
    most_photos: int = 40_000
    batch: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    dropout: float = 0.2
    variety: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Which pretrained model is exported, by its name on the hub or its folder.

    ``max_tokens`` is how much of a text is read; ``seed`` draws the training rows that its vectors
    are standardised by.
    """

    kind: str = "transformer"
    model: str = ""
    max_tokens: int = 96
    seed: int = 0
