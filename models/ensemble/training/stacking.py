"""Fits the trees of a head, and says what they state of rows that they have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse.linalg import svds

from common.arrays import Floats, spread
from common.nets.inputs import Inputs
from common.store.packed_arrays import pack, unpack
from models.ensemble.boosted_trees import Forest
from models.ensemble.head import Head
from models.ensemble.settings import ForestSettings
from models.ensemble.stack_features import Sight, read_from
from models.ensemble.training.boosted_trees import MEAN, ODDS, boost, boost_classes
from models.ensemble.training.out_of_fold import Told, splits

MOST_DRAWN = 20_000
"""Directions of the text are found on at most so many rows."""

MOST_TOLD = 30_000
"""Trees are fitted to at most so many rows, cold and warm: their tables are dense."""

ROWS_PER_WORD = 4
"""Trees are shown no more than one word for so many rows."""

TRIES = 3
"""How many times trees are fitted without a part of the rows, to see what they state of it."""


def fit_stacks(told: Sequence[Told], head: Head, settings: ForestSettings) -> Head:
    """Give a head trees for every output that has labels, over what is said of all of them."""
    targets = told[0].targets if told else ()
    known = [target.name for target in targets if target.known.any()]
    if not known:
        return head
    head = replace(head, sight=_look(known, told[0].inputs, settings))
    return replace(head, stacks={name: _fit(told, name, head, settings) for name in known})


def honest(
    told: Sequence[Told], output: str, head: Head, settings: ForestSettings
) -> Iterator[tuple[Told, list[Floats]]]:
    """Yield rows, cold and then warm, with scores of a value that nobody fitted to them.

    Scores are those of every plain member, trees last, as ``Head.scores`` has them. Trees are
    fitted ``TRIES`` times for it, each time without a part of the rows.
    """
    found = [np.zeros((len(each.inputs), 1), np.float32) for each in told]
    for learn, rest in splits(told[0].groups, TRIES, settings.seed):
        trees = _fit([each.at(learn) for each in told], output, head, settings)
        for part, values in zip(told, found, strict=True):
            asked = part.at(rest)
            values[rest] = trees.predict(head.table(asked.inputs, asked.said))
    for part, values in zip(told, found, strict=True):
        yield part, [*head.in_order(output, part.said), values]


def _fit(told: Sequence[Told], output: str, head: Head, settings: ForestSettings) -> Forest:
    """Fit one output to rows that have its label, cold and warm together."""
    target = told[0].truth(output)
    known = np.flatnonzero(target.known)
    known = known[spread(len(known), MOST_TOLD)]
    chosen = [part.at(known) for part in told]
    parts = [head.table(part.inputs, part.said) for part in chosen]
    truth = np.tile(target.values[known], len(told))
    table = np.concatenate(parts)
    if target.several:
        return boost_classes(table, truth, target.size, settings)
    return boost(table, truth, [MEAN if target.kind == "value" else ODDS], settings)


def _look(outputs: Sequence[str], inputs: Inputs, settings: ForestSettings) -> Sight:
    """Choose the most frequent n-grams, and the directions in which texts differ most."""
    counts = np.bincount(inputs.text.indices, minlength=inputs.text.shape[1])
    most = min(settings.words, len(inputs) // ROWS_PER_WORD)
    words = np.argsort(-counts, kind="stable")[:most].astype(np.int32)
    return Sight(tuple(outputs), _directions(inputs, settings), np.sort(words))


def _directions(inputs: Inputs, settings: ForestSettings) -> Floats:
    """The leading right singular vectors of the text, as it is read: ``[dimensions, k]``."""
    matrix: Any = read_from(inputs)
    matrix = matrix[spread(matrix.shape[0], MOST_DRAWN)].astype(np.float64)
    count = min(settings.directions, min(matrix.shape) - 1)
    if count < 1:
        return np.zeros((matrix.shape[1], 0), np.float32)
    start = np.random.default_rng(settings.seed).normal(size=min(matrix.shape))
    turned = svds(matrix, k=count, v0=start, return_singular_vectors="vh")[2][::-1]
    found = np.ascontiguousarray(turned.T, dtype=np.float32)
    return unpack(pack({"found": found}))["found"]  # as it comes back from disk
