"""Fits the trees of a head, and says what they state of rows that they have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse.linalg import svds

from common.arrays import Floats, evenly_spaced
from common.nets.inputs import Inputs
from common.store.packed_arrays import pack, unpack
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.head import Head
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.stack_features import StackFeatures, text_matrix
from models.ensemble.training.boosted_trees import (
    MEAN,
    ODDS,
    fit_boosted_classes,
    fit_boosted_trees,
)
from models.ensemble.training.out_of_fold import OutOfFold, group_folds

MAX_PROJECTION_ROWS = 20_000
"""Directions of the text are found on at most so many rows."""

MAX_ROWS = 30_000
"""Trees are fitted to at most so many rows, cold and warm: their tables are dense."""

ROWS_PER_NGRAM = 4
"""Trees are shown no more than one word for so many rows."""

N_FOLDS = 3
"""How many times trees are fitted without a part of the rows, to see what they state of it."""


def fit_stacking(told: Sequence[OutOfFold], head: Head, settings: BoostedTreesSettings) -> Head:
    """Give a head trees for every output that has labels, over what is said of all of them."""
    targets = told[0].targets if told else ()
    known = [target.name for target in targets if target.has_label.any()]
    if not known:
        return head
    head = replace(head, stack_features=_look(known, told[0].inputs, settings))
    return replace(head, stacking={name: _fit(told, name, head, settings) for name in known})


def stacked_out_of_fold_scores(
    told: Sequence[OutOfFold], output: str, head: Head, settings: BoostedTreesSettings
) -> Iterator[tuple[OutOfFold, list[Floats]]]:
    """Yield rows, cold and then warm, with scores of a value that nobody fitted to them.

    Scores are those of every plain member, trees last, as ``Head.scores`` has them. Trees are
    fitted ``N_FOLDS`` times for it, each time without a part of the rows.
    """
    found = [np.zeros((len(each.inputs), 1), np.float32) for each in told]
    for learn, rest in group_folds(told[0].groups, N_FOLDS, settings.seed):
        trees = _fit([each.take(learn) for each in told], output, head, settings)
        for part, values in zip(told, found, strict=True):
            asked = part.take(rest)
            values[rest] = trees.predict(head.table(asked.inputs, asked.said))
    for part, values in zip(told, found, strict=True):
        yield part, [*head.in_order(output, part.said), values]


def _fit(
    told: Sequence[OutOfFold], output: str, head: Head, settings: BoostedTreesSettings
) -> BoostedTrees:
    """Fit one output to rows that have its label, cold and warm together."""
    target = told[0].truth(output)
    known = np.flatnonzero(target.has_label)
    known = known[evenly_spaced(len(known), MAX_ROWS)]
    chosen = [part.take(known) for part in told]
    parts = [head.table(part.inputs, part.said) for part in chosen]
    truth = np.tile(target.values[known], len(told))
    table = np.concatenate(parts)
    if target.is_multiclass:
        return fit_boosted_classes(table, truth, target.size, settings)
    return fit_boosted_trees(table, truth, [MEAN if target.kind == "value" else ODDS], settings)


def _look(outputs: Sequence[str], inputs: Inputs, settings: BoostedTreesSettings) -> StackFeatures:
    """Choose the most frequent n-grams, and the directions in which texts differ most."""
    counts = np.bincount(inputs.text.indices, minlength=inputs.text.shape[1])
    most = min(settings.n_ngrams, len(inputs) // ROWS_PER_NGRAM)
    words = np.argsort(-counts, kind="stable")[:most].astype(np.int32)
    return StackFeatures(tuple(outputs), _directions(inputs, settings), np.sort(words))


def _directions(inputs: Inputs, settings: BoostedTreesSettings) -> Floats:
    """The leading right singular vectors of the text, as it is read: ``[dimensions, k]``."""
    matrix: Any = text_matrix(inputs)
    matrix = matrix[evenly_spaced(matrix.shape[0], MAX_PROJECTION_ROWS)].astype(np.float64)
    count = min(settings.n_components, min(matrix.shape) - 1)
    if count < 1:
        return np.zeros((matrix.shape[1], 0), np.float32)
    start = np.random.default_rng(settings.seed).normal(size=min(matrix.shape))
    turned = svds(matrix, k=count, v0=start, return_singular_vectors="vh")[2][::-1]
    found = np.ascontiguousarray(turned.T, dtype=np.float32)
    return unpack(pack({"found": found}))["found"]  # as it comes back from disk
