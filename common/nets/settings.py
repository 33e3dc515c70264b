"""How nets are trained, as plain settings that servers may import too."""

from __future__ import annotations

from dataclasses import dataclass, replace

SMALL_DATA_ROWS = 8000
"""Rows up to which nets are trained as their settings say; see ``NetSettings.scaled``."""

MIN_EPOCHS = 2.0
"""However many rows there are, a net sees each this often."""


LARGE_DATA_ROWS = 100_000
"""Up to so many rows, members are trained several times: for trees, with held-out rows, and from
several seeds. Of more rows it brings little, and takes long."""


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How a net is built and trained; ``hidden`` empty is a linear net of low rank.

    ``ngram_dropout`` leaves out single n-grams, ``field_dropout`` is the chance that a row loses
    some or all of its confirmed fields, ``modality_dropout`` that a row with text and photos loses
    the vectors of either, ``dropout`` acts on the trunk. Up to ``LARGE_DATA_ROWS`` a net without
    hidden layers may be the mean of several that start from other ``seeds``, side by side in one.
    Of more rows a net is ``narrow`` instead of ``width`` wide, where that is given: they have so
    many n-grams that its first layer is most of an artifact.
    """

    width: int = 128
    hidden: tuple[int, ...] = ()
    epochs: float = 10.0
    batch: int = 128
    learning_rate: float = 4e-3
    dropout: float = 0.3
    ngram_dropout: float = 0.3
    field_dropout: float = 0.6
    modality_dropout: float = 0.5
    seed: int = 0
    seeds: int = 1
    narrow: int | None = None

    def scaled(self, rows: int) -> NetSettings:
        """Return the settings for many rows: each is seen less often, and more of them at once.

        The batch grows with the power 2/3 of the rows, and epochs fall with 1/3: about as many
        steps are made, of less noise. Learning follows the batch by its fourth root, slower than
        Adam's noise would allow (its square root; Malladi et al., On the SDEs and Scaling Rules
        for Adaptive Gradient Algorithms, 2022): it starts from a rate tuned to be high.
        """
        growth = max(rows / SMALL_DATA_ROWS, 1.0) ** (1 / 3)
        least = min(self.epochs, MIN_EPOCHS)
        return replace(
            self,
            width=self.width if rows <= LARGE_DATA_ROWS else self.narrow or self.width,
            epochs=max(self.epochs / growth, least),
            batch=round(self.batch * growth**2),
            learning_rate=self.learning_rate * growth**0.5,
        )
