"""Stacking: boosted trees over out-of-fold scores of the members."""

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
    LOG_ODDS,
    MEAN,
    fit_boosted_classes,
    fit_boosted_trees,
)
from models.ensemble.training.out_of_fold import OutOfFold, group_folds

MAX_PROJECTION_ROWS = 20_000
"""Maximum number of rows that the singular vectors of the text are computed from."""

MAX_ROWS = 30_000
"""Maximum number of rows that trees are fitted to, in each context: their tables are dense."""

ROWS_PER_NGRAM = 4
"""Minimum number of rows for each n-gram that becomes a column."""

N_FOLDS = 3
"""Number of folds of out-of-fold scores of the trees themselves."""


def fit_stacking(
    views: Sequence[OutOfFold], head: Head, settings: BoostedTreesSettings
) -> Head:
    """Return the head with trees for every output that has labels.

    ``views`` are the same rows in early and in full context; without views there are no trees.
    """
    targets = views[0].targets if views else ()
    outputs = [target.name for target in targets if target.has_label.any()]
    if not outputs:
        return head

    head = replace(
        head, stack_features=_fit_features(outputs, views[0].inputs, settings)
    )
    stacking = {output: _fit_trees(views, output, head, settings) for output in outputs}
    return replace(head, stacking=stacking)


def stacked_out_of_fold_scores(
    views: Sequence[OutOfFold], output: str, head: Head, settings: BoostedTreesSettings
) -> Iterator[tuple[OutOfFold, list[Floats]]]:
    """Yield each view with out-of-fold scores of a value, in the order of ``Head.scores``.

    Scores are those of every label-free member, trees last.
    """
    tree_scores = _out_of_fold_tree_scores(
        views,
        output,
        head,
        settings,
    )
    for view, scores in zip(views, tree_scores, strict=True):
        member_scores = head.ordered_scores(output, view.scores)
        yield view, [*member_scores, scores]


def _out_of_fold_tree_scores(
    views: Sequence[OutOfFold], output: str, head: Head, settings: BoostedTreesSettings
) -> list[Floats]:
    """Return scores ``[rows, 1]`` of each view by trees refitted without the row."""
    tree_scores = [np.zeros((len(view.inputs), 1), np.float32) for view in views]
    groups = views[0].groups  # the views have the same rows

    for train_rows, scored_rows in group_folds(groups, N_FOLDS, settings.seed):
        train_views = [view.take(train_rows) for view in views]
        trees = _fit_trees(train_views, output, head, settings)
        for view, scores in zip(views, tree_scores, strict=True):
            table = _table(head, view.take(scored_rows))
            scores[scored_rows] = trees.predict(table)
    return tree_scores


def _fit_trees(
    views: Sequence[OutOfFold], output: str, head: Head, settings: BoostedTreesSettings
) -> BoostedTrees:
    """Fit one output to its labelled rows, in early and full context together."""
    target = views[0].target(output)
    labelled = np.flatnonzero(target.has_label)
    rows = labelled[evenly_spaced(len(labelled), MAX_ROWS)]

    tables = [_table(head, view.take(rows)) for view in views]
    table = np.concatenate(tables)
    truth = np.tile(target.values[rows], len(views))

    if target.is_multiclass:
        return fit_boosted_classes(
            table,
            truth,
            target.size,
            settings,
        )
    objective = MEAN if target.kind == "value" else LOG_ODDS
    return fit_boosted_trees(table, truth, [objective], settings)


def _table(head: Head, view: OutOfFold) -> Floats:
    return head.stacking_table(view.inputs, view.scores)


def _fit_features(
    outputs: Sequence[str], inputs: Inputs, settings: BoostedTreesSettings
) -> StackFeatures:
    """Choose the most frequent n-grams and the leading components of the text as columns."""
    text = inputs.text
    counts = np.bincount(text.indices, minlength=text.shape[1])
    by_frequency = np.argsort(-counts, kind="stable")

    # More columns than rows can support are noise that the trees would split on.
    max_ngrams = len(inputs) // ROWS_PER_NGRAM
    n_ngrams = min(settings.n_ngrams, max_ngrams)
    ngrams = by_frequency[:n_ngrams].astype(np.int32)
    return StackFeatures(
        outputs=tuple(outputs),
        components=_components(inputs, settings),
        ngrams=np.sort(ngrams),
    )


def _components(inputs: Inputs, settings: BoostedTreesSettings) -> Floats:
    """Return the leading right singular vectors of the text, ``[dimensions, k]``.

    A truncated singular value decomposition, as in latent semantic analysis (Deerwester et al.,
    Indexing by Latent Semantic Analysis, 1990).
    """
    all_rows: Any = text_matrix(inputs)
    rows = evenly_spaced(len(inputs), MAX_PROJECTION_ROWS)
    matrix = all_rows[rows].astype(np.float64)

    # The iterative solver finds fewer vectors than the matrix has rows or columns.
    n_components = min(settings.n_components, min(matrix.shape) - 1)
    if n_components < 1:
        return np.zeros((matrix.shape[1], 0), np.float32)

    components = _right_singular_vectors(matrix, n_components, settings.seed)
    packed = pack({"components": components})
    return unpack(packed)["components"]  # trees are fitted to what an artifact stores


def _right_singular_vectors(matrix: Any, count: int, seed: int) -> Floats:
    """Return right singular vectors ``[columns, count]`` by falling singular value."""
    # A seeded start vector makes the iterative solver deterministic.
    start = np.random.default_rng(seed).normal(size=min(matrix.shape))
    _, _, vectors = svds(
        matrix,
        k=count,
        v0=start,
        return_singular_vectors="vh",
    )

    # The solver sorts by rising singular value.
    falling = vectors[::-1]
    return np.ascontiguousarray(falling.T, dtype=np.float32)
