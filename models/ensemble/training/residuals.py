"""Learns how far off a value may be: what errors on unseen rows have to do with the listing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Floats
from common.features.hashing import FIELD_SLOTS
from common.listing import EARLY_FIELDS
from common.nets.inputs import Inputs
from common.nets.net import Net
from common.nets.targets import Target
from common.store.packed_arrays import pack, unpack
from models.ensemble.boosted_trees import BoostedTrees
from models.ensemble.head import EARLY_PREFIX, FULL_PREFIX, RESIDUAL_SCALE, Head
from models.ensemble.settings import BoostedTreesSettings, LinearSettings
from models.ensemble.spec import EnsembleSpec
from models.ensemble.stack_features import QUANTILES
from models.ensemble.training.boosted_trees import fit_boosted_trees, quantile
from models.ensemble.training.fit_head import FittedHead
from models.ensemble.training.linear import train_linear
from models.ensemble.training.out_of_fold import OutOfFold, group_folds
from models.ensemble.training.stacking import N_FOLDS, stacked_out_of_fold_scores

MIN_ERROR = 0.1
"""Added to errors before their logarithm is taken, in deviations of the value."""

RIDGE_FACTOR = 2.5
"""Errors are noisier than values: their ridge penalty is so many times that of values."""


@dataclass(frozen=True, slots=True)
class OutOfFoldQuantiles:
    """What is said of rows that nothing was fitted to: ``middle [rows]``, ``ends [rows, 2]``."""

    told: OutOfFold
    middle: Floats
    ends: Floats


def fit_residual_quantiles(
    plan: EnsembleSpec, fitted: FittedHead, output: str
) -> tuple[Head, list[OutOfFoldQuantiles]]:
    """Give the head what it needs to state ``QUANTILES`` of an output around its middle.

    A ridge regression learns the logarithm of the error from words and fields, then trees learn the
    quantiles of the error from that and from all that other trees see.
    """
    trees = plan.trees
    if trees is None or plan.linear is None or not fitted.told:
        raise ValueError("a head without trees states no quantiles")
    settings = replace(plan.linear, alpha=RIDGE_FACTOR * plan.linear.alpha)
    parts = [
        (told, fitted.head.add(output, scores, told.inputs))
        for told, scores in stacked_out_of_fold_scores(fitted.told, output, fitted.head, trees)
    ]
    errors = [told.truth(output).values - middle for told, middle in parts]
    members = dict(fitted.head.members)
    tables: list[Floats] = []
    for (told, middle), error in zip(parts, errors, strict=True):
        name = (FULL_PREFIX if told.warm else EARLY_PREFIX) + RESIDUAL_SCALE
        members[name], unseen = _fit_scale(told, error, settings, trees)
        tables.append(np.stack([middle, unseen], axis=1))
    head = replace(fitted.head, members=members)
    everything = [
        head.stack_features.table(told.inputs, said, head.completeness(told.inputs))
        for (told, _), said in zip(parts, tables, strict=True)
    ]
    forest = _boost(everything, errors, trees)
    ends = _unseen(everything, errors, parts[0][0].groups, trees)
    found = [
        OutOfFoldQuantiles(told, middle, each)
        for (told, middle), each in zip(parts, ends, strict=True)
    ]
    return replace(head, residual_quantiles={output: forest}), found


def _fit_scale(
    told: OutOfFold,
    error: NDArray[np.float64],
    settings: LinearSettings,
    forest: BoostedTreesSettings,
) -> tuple[Net, Floats]:
    """Learn the logarithm of the error; also return what is said without having seen the row."""
    target = Target(RESIDUAL_SCALE, "value", 1, np.log(np.abs(error) + MIN_ERROR))
    unseen = np.zeros(len(error), np.float32)
    for learn, rest in group_folds(told.groups, N_FOLDS, forest.seed + 1):
        net = _ridge(told.inputs.take(learn), target.take(learn), settings, told.warm)
        unseen[rest] = net.forward(told.inputs.take(rest))[RESIDUAL_SCALE][:, 0]
    return _ridge(told.inputs, target, settings, told.warm), unseen


def _ridge(inputs: Inputs, target: Target, settings: LinearSettings, warm: bool) -> Net:
    net = train_linear(inputs, target, settings, np.isin(FIELD_SLOTS, EARLY_FIELDS) | warm)
    return Net(unpack(pack(net.arrays)), net.outputs)


def _unseen(
    tables: Sequence[Floats],
    errors: Sequence[NDArray[np.float64]],
    groups: NDArray[np.int64],
    settings: BoostedTreesSettings,
) -> Iterator[Floats]:
    """Quantiles of the error of every row, stated by trees that were fitted without it."""
    found = [np.zeros((len(table), len(QUANTILES)), np.float32) for table in tables]
    for learn, rest in group_folds(groups, N_FOLDS, settings.seed + 2):
        learned = [table[learn] for table in tables], [each[learn] for each in errors]
        forest = _boost(*learned, settings)
        for table, ends in zip(tables, found, strict=True):
            ends[rest] = forest.predict(table[rest])
    yield from found


def _boost(
    tables: Sequence[Floats], errors: Sequence[NDArray[np.float64]], settings: BoostedTreesSettings
) -> BoostedTrees:
    """Fit the quantiles to rows whose error is known."""
    table, truth = np.concatenate(tables), np.concatenate(errors)
    known = np.isfinite(truth)
    settings = replace(
        settings,
        n_estimators=settings.quantile.n_estimators,
        num_leaves=settings.quantile.num_leaves,
    )
    return fit_boosted_trees(table[known], truth[known], [*map(quantile, QUANTILES)], settings)
