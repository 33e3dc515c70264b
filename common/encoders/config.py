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
class TransformerConfig:
    """Which pretrained model is exported, by its name on the hub or its folder.

    ``max_tokens`` is how much of a text is read; ``seed`` draws the training rows that its vectors
    are standardised by.
    """

    kind: str = "transformer"
    model: str = ""
    max_tokens: int = 96
    seed: int = 0
