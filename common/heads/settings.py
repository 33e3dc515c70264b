"""How nets are trained, as plain settings that servers may import too."""

from __future__ import annotations

from dataclasses import dataclass, replace

SMALL = 8000
"""Rows up to which nets are trained as their settings say; see ``NetSettings.scaled``."""

LEAST_EPOCHS = 2.0
"""However many rows there are, a net sees each this often."""


FEW_ROWS = 100_000
"""Up to so many rows, members are trained several times: for trees, with held-out rows, and from
several seeds. Of more rows it brings little, and takes long."""


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How a net is built and trained; ``hidden`` empty is a linear net of low rank.

    ``ngram_dropout`` leaves out single n-grams, ``field_dropout`` is the chance that a row loses
    some or all of its confirmed fields, ``modality_dropout`` that a row with text and photos loses
    the vectors of either, ``dropout`` acts on the trunk. Up to ``FEW_ROWS`` a net without hidden
    layers may be the mean of several that start from other ``seeds``, side by side in one. Of more
    rows a net is ``narrow`` instead of ``width`` wide, where that is given: they have so many
    n-grams that its first layer is most of an artifact.
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
        growth = max(rows / SMALL, 1.0) ** (1 / 3)
        least = min(self.epochs, LEAST_EPOCHS)
        return replace(
            self,
            width=self.width if rows <= FEW_ROWS else self.narrow or self.width,
            epochs=max(self.epochs / growth, least),
            batch=round(self.batch * growth**2),
            learning_rate=self.learning_rate * growth**0.5,
        )


@dataclass(frozen=True, slots=True)
class DiscriminantSettings:
    """How a linear discriminant over vectors is fitted.

    ``shrinkage`` draws the covariance within classes towards one variance for all directions, 0
    not at all and 1 wholly; ``loudness`` multiplies scores, which are too sure as they come.
    """

    shrinkage: float = 0.6
    loudness: float = 0.15


@dataclass(frozen=True, slots=True)
class ForestSettings:
    """How trees are boosted over what members say; ``folds`` is how many times these are trained.

    There are none where fewer than ``from_rows`` rows are trained on.

    A tree has ``leaves`` of ``least_rows`` rows or more and looks at a share ``columns`` of the
    table. There are ``trees`` for a value, and for each end of an interval ``quantile_trees`` of
    ``quantile_leaves``; for each of several classes there are ``class_trees`` of ``class_leaves``.
    ``directions`` is how many directions of the text's vectors it is shown, ``words`` how many of
    the most frequent n-grams.
    """

    from_rows: int = 0
    folds: int = 4
    trees: int = 200
    quantile_trees: int = 100
    quantile_leaves: int = 8
    class_trees: int = 100
    class_leaves: int = 7
    learning_rate: float = 0.04
    leaves: int = 15
    least_rows: int = 40
    columns: float = 0.4
    penalty: float = 5.0
    directions: int = 48
    words: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LinearSettings:
    """How a linear member is trained: logistic regression for classes, ridge for values.

    Of more than ``most_rows`` labelled rows a part is taken, evenly: the solvers run over all of
    them again and again, and nets learn the rest.
    """

    inverse_penalty: float = 0.15
    ridge: float = 4.0
    most_rows: int = 200_000
