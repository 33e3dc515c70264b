"""How nets are trained, as plain settings that servers may import too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How a net is built and trained; ``hidden`` empty is a linear net of low rank.

    ``ngram_dropout`` leaves out single n-grams, ``field_dropout`` is the chance that a row loses
    some or all of its confirmed fields, ``modality_dropout`` that a row with text and photos loses
    the vectors of either, ``dropout`` acts on the trunk.
    """

    width: int = 128
    hidden: tuple[int, ...] = ()
    epochs: int = 10
    batch: int = 128
    learning_rate: float = 4e-3
    dropout: float = 0.3
    ngram_dropout: float = 0.3
    field_dropout: float = 0.6
    modality_dropout: float = 0.5
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LinearSettings:
    """How a linear member is trained: logistic regression for classes, ridge for values."""

    inverse_penalty: float = 0.15
    ridge: float = 4.0
