"""Stacking: boosted trees over held-out scores of the members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from common.arrays import Floats, evenly_spaced
from common.nets.inputs import Inputs
from common.nets.targets import Target
from common.store.packed_arrays import pack, unpack
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.head import STACKED, Head
from models.ensemble.settings import BoostedTreesSettings
from models.ensemble.stack_features import StackFeatures, as_scores, text_matrix
from models.ensemble.training.boosted_trees import fit_boosted_trees
from models.ensemble.training.held_out import View, group_folds

MAX_PROJECTION_ROWS = 20_000
"""Maximum number of rows that the singular vectors of the text are computed from."""

MAX_ROWS = 30_000
"""Maximum number of rows that trees are fitted to, in each context: their tables are dense."""

ROWS_PER_NGRAM = 4
"""Minimum number of rows for each n-gram that becomes a column."""

N_FOLDS = 5
"""Number of folds of the held-out scores of the trees themselves: trees that lack a third of few
rows are much worse than those that are stored."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees of one output that are fitted to held-out rows, in early and in full context together.

    Attributes:
        table: Returns the columns of a view, ``[rows, columns]``.
        truth: Returns what is predicted, ``[rows]``; NaN without a label.
        boost: Fits trees to a table and the truth.
    """

    table: Callable[[View], Floats]
    truth: Callable[[View], NDArray[np.float64]]
    boost: Callable[[Floats, NDArray[np.float64]], BoostedTrees]

    def fit(self, parts: Sequence[View]) -> BoostedTrees:
        """Fit the trees to the labelled rows of some views."""
        tables, truths = [], []
        for part in parts:
            truth = self.truth(part)
            labelled = np.flatnonzero(np.isfinite(truth))
            rows = labelled[evenly_spaced(len(labelled), MAX_ROWS)]
            tables.append(self.table(part.take(rows)))
            truths.append(truth[rows])
        return self.boost(np.concatenate(tables), np.concatenate(truths))

    def cross_predict(
        self, training: Sequence[View], views: Sequence[View], seed: int
    ) -> list[Floats]:
        """Return ``[rows, k]`` for each view by trees that have not seen the row's group.

        A view whose rows are none of ``training`` is predicted by the trees of the last fold.
        """
        groups = training[0].groups
        predicted: dict[int, Floats] = {}
        for train, _ in group_folds(groups, N_FOLDS, seed):
            fitted = self.fit([part.take(train) for part in training])
            seen = np.unique(groups[train])
            for number, view in enumerate(views):
                positions = np.flatnonzero(~np.isin(view.groups, seen))
                values = fitted.predict(self.table(view.take(positions)))

                shape = (len(view.rows), values.shape[1])
                whole = predicted.setdefault(number, np.zeros(shape, np.float32))
                whole[positions] = values
        return list(predicted.values())


def fit_stacking(
    head: Head,
    training: Sequence[View],
    views: Sequence[View],
    settings: BoostedTreesSettings,
) -> Head:
    """Return the head with trees for every output that has labels.

    Held-out scores of the trees are written to all views.

    Args:
        head: The members.
        training: The rows that trees are fitted to, in early and in full context.
        views: The rows that they score.
        settings: Size of the trees.
    """
    targets = [target for target in training[0].targets if target.has_label.any()]
    if not targets:
        return head

    outputs = [target.name for target in targets]
    features = _fit_features(outputs, training[0].inputs, settings)
    head = replace(head, stack_features=features)
    stacking = {}
    for target in targets:
        trees = stacked_trees(head, target, settings)
        stacking[target.name] = trees.fit(training)
        predicted = trees.cross_predict(training, views, settings.seed)
        for view, columns in zip(views, predicted, strict=True):
            scores = view.scores.setdefault(STACKED, {})
            scores[target.name] = as_scores(columns, target.size)
    return replace(head, stacking=stacking)


def stacked_trees(head: Head, target: Target, settings: BoostedTreesSettings) -> Trees:
    """Return the trees over held-out scores of one output, still to be fitted."""
    return Trees(
        lambda view: head.stacking_table(view.inputs, view.scores),
        partial(_labels, target.name),
        partial(fit_boosted_trees, target=target, settings=settings),
    )


def _labels(output: str, view: View) -> NDArray[np.float64]:
    """Return the labels of a view, ``[rows]``; a class beyond the known ones is none."""
    target = view.target(output)
    return np.where(target.has_label, target.values, np.nan)


def _fit_features(
    outputs: Sequence[str], inputs: Inputs, settings: BoostedTreesSettings
) -> StackFeatures:
    """Choose the most frequent n-grams and the leading components of the text as columns."""
    text = inputs.text
    counts = np.bincount(text.indices, minlength=text.shape[1])
    by_frequency = np.argsort(-counts, kind="stable")

    # More columns than rows can support are noise that the trees would split on.
    n_ngrams = min(settings.n_ngrams, len(inputs) // ROWS_PER_NGRAM)
    ngrams = by_frequency[:n_ngrams].astype(np.int32)
    return StackFeatures(
        outputs=tuple(outputs),
        components=_components(inputs, settings),
        ngrams=np.sort(ngrams),
    )


def _components(inputs: Inputs, settings: BoostedTreesSettings) -> Floats:
    """Return the leading right singular vectors of the text, ``[dimensions, k]``.

    A truncated singular value decomposition, as in latent semantic analysis (Deerwester et al.,
    Indexing by Latent Semantic Analysis, 1990), of random projections (Halko et al., Finding
    Structure with Randomness, 2011).
    """
    all_rows: Any = text_matrix(inputs)
    rows = evenly_spaced(len(inputs), MAX_PROJECTION_ROWS)
    matrix = all_rows[rows].astype(np.float64)

    n_components = min(settings.n_components, *matrix.shape)
    if not n_components:
        return np.zeros((matrix.shape[1], 0), np.float32)
    _, _, vectors = randomized_svd(matrix, n_components, random_state=settings.seed)
    packed = pack({"components": np.ascontiguousarray(vectors.T, dtype=np.float32)})
    return unpack(packed)["components"]  # trees are fitted to what an artifact stores
