"""Settings of a net; servers may import them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

SMALL_DATA_ROWS = 8000
"""With this number of rows nets are trained exactly as their settings say; see ``scaled``."""

MAX_REPEATS = 8.0
"""Maximum factor of the epochs on small data."""

MIN_EPOCHS = 2.0
"""Minimum number of epochs, whatever the number of rows."""

LARGE_DATA_ROWS = 100_000
"""Up to this number of rows members are trained several times: without each fold, or again with the
validation rows. With more rows repeated training gains little and takes long."""


@dataclass(frozen=True, slots=True)
class NetSettings:
    """Architecture and training of a net; without hidden layers it is linear, of low rank.

    Attributes:
        width: Width of the first layer.
        hidden_sizes: Widths of the hidden layers.
        epochs: Passes over the training rows; may be fractional.
        batch_size: Rows of a training step.
        learning_rate: Initial learning rate of Adam; it falls linearly to 0.
        dropout: Dropout rate of the first layer's output.
        ngram_dropout: Share of the n-grams left out of each row in training.
        field_dropout: Chance that a training row loses some or all of its confirmed fields.
        seed: Seed of initial weights, batches and dropout.
        max_width_large_data: Width above ``LARGE_DATA_ROWS`` rows, where the first layer is most
            of an artifact; ``None`` keeps ``width``.
    """

    width: int = 128
    hidden_sizes: tuple[int, ...] = ()
    epochs: float = 10.0
    batch_size: int = 128
    learning_rate: float = 4e-3
    dropout: float = 0.3
    ngram_dropout: float = 0.3
    field_dropout: float = 0.6
    seed: int = 0
    max_width_large_data: int | None = None

    RENAMED: ClassVar[Mapping[str, str]] = {
        "hidden": "hidden_sizes",
        "batch": "batch_size",
        "narrow": "max_width_large_data",
    }

    def scaled(self, rows: int, with_characters: bool = False) -> NetSettings:
        """Return the settings for this number of rows: the number of steps stays about the same.

        With runs of characters half the epochs are enough: a row has twice as many inputs to learn
        from.

        With fewer than ``SMALL_DATA_ROWS`` rows there are more epochs. With more rows there are
        fewer, of larger batches: the batch size grows with the power 2/3 of the rows, and epochs
        fall with the power 1/3, so that there is less gradient noise. The learning rate follows the
        fourth root of the batch size, slower than Adam's noise would allow (the square root;
        Malladi et al., On the SDEs and Scaling Rules for Adaptive Gradient Algorithms, 2022),
        because it starts from a rate that was tuned to be high.
        """
        epochs = self.epochs / 2 if with_characters else self.epochs
        if rows < SMALL_DATA_ROWS:
            repeats = min(SMALL_DATA_ROWS / max(rows, 1), MAX_REPEATS)
            return replace(self, epochs=epochs * repeats)

        growth = max(rows / SMALL_DATA_ROWS, 1.0) ** (1 / 3)
        min_epochs = min(epochs, MIN_EPOCHS)

        width = self.width
        if rows > LARGE_DATA_ROWS and self.max_width_large_data:
            width = self.max_width_large_data

        return replace(
            self,
            width=width,
            epochs=max(epochs / growth, min_epochs),
            batch_size=round(self.batch_size * growth**2),
            learning_rate=self.learning_rate * growth**0.5,
        )
