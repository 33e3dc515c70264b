"""How the members of an ensemble are trained, as plain settings that servers may import too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LdaSettings:
    """How a linear discriminant over vectors is fitted.

    ``shrinkage`` draws the covariance within classes towards one variance for all directions, 0
    not at all and 1 wholly; ``loudness`` multiplies scores, which are too sure as they come.
    """

    shrinkage: float = 0.6
    loudness: float = 0.15


@dataclass(frozen=True, slots=True)
class BoostedTreesSettings:
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
