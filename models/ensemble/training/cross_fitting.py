"""Members, and rows with scores of members that were trained without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from common.arrays import Bools, Ints, evenly_spaced
from common.groups import group_numbers
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import Inputs, is_label_free
from common.nets.settings import LARGE_DATA_ROWS
from common.nets.targets import Target
from common.progress import Progress, ignore_progress
from models.ensemble.head import MemberScores
from models.ensemble.spec import EnsembleSpec, Member, ScoreRules
from models.ensemble.training.held_out import (
    Fold,
    View,
    by_mode,
    group_folds,
    score,
    unseen_in_folds,
)
from models.ensemble.training.linear import LinearChoice
from models.ensemble.training.members import (
    Members,
    choose_linear,
    train_linear_members,
    train_members,
    usable_members,
)

N_FOLDS = 5
"""Number of folds: members that lack a third of few rows are much worse than the stored ones."""

CROSS_FIT_ROWS = 10_000
"""Up to this number of rows members are cross-fitted. With more rows the validation rows are enough
for the few parameters of a blend; stacked trees have many, and need ``LARGE_DATA_ROWS``."""


MAX_HELD_OUT_ROWS = 10_000
"""Maximum number of validation rows that are held out: scores of many classes are large. Stacked
trees learn from three times as many besides."""


@dataclass(frozen=True, slots=True)
class FittedMembers:
    """Trained members, and held-out rows with their scores.

    Attributes:
        features: What turned listings into inputs.
        members: The members by name, trained on all rows they may learn from.
        views: Held-out rows in every mode, in early and in full context.
        training: Held-out rows for the stacked trees, in early and in full context.
        train_on: Trains the label-free members on the rows with the given numbers.
    """

    features: FeatureExtractor
    members: Members
    views: list[View]
    training: list[View]
    train_on: Callable[[Ints], Members]


def cross_fits(spec: EnsembleSpec, n_rows: int) -> bool:
    """Tell whether members are cross-fitted on this number of rows."""
    return n_rows <= (LARGE_DATA_ROWS if spec.boosted_trees else CROSS_FIT_ROWS)


def fit_members(
    spec: EnsembleSpec,
    features: FeatureExtractor,
    listings: Sequence[Listing],
    n_train: int,
    progress: Progress,
) -> FittedMembers:
    """Train the members, and score rows by members that were trained without them.

    On small data every row is scored, in folds; on large data the rows after the first ``n_train``
    are. Up to ``LARGE_DATA_ROWS`` rows the members that are stored learn from all of them: they err
    alike, a little less.

    Members over vectors of supervised encoders are trained on the first ``n_train`` rows, as the
    encoders were, and score the others: there alone their vectors are as sharp as they will be.

    Args:
        spec: The parts of the head.
        features: Turns rows into inputs; it is fitted here.
        listings: Training rows, then validation rows.
        n_train: Number of training rows.
        progress: Called with what is done, and the fraction of it.
    """
    inputs = features.fit_transform(listings)
    trainer = _Trainer(spec, inputs, listings, spec.targets(listings))
    groups = group_numbers(listings)
    choices = choose_linear(spec.linear, inputs, trainer.targets, groups)

    folds = _deal(spec, groups, n_train)
    held_out = np.sort(np.concatenate([scored for _, scored in folds]))
    views = by_mode(spec, features, listings, held_out)
    label_free, views = _score_folds(trainer, folds, choices, views, progress)

    all_rows = np.arange(len(listings))
    supervised = trainer.supervised(all_rows[:n_train], progress)
    if supervised:
        views = [_validation_photos(view, n_train) for view in views]
        score(views, partial(_forward, supervised))
    train_on = partial(trainer.label_free, choices=choices, progress=progress)
    if len(listings) <= LARGE_DATA_ROWS:
        label_free = train_on(all_rows)

    members = {**label_free, **supervised}
    training = _largest_pair(views)
    if len(folds) == 1 and spec.boosted_trees:
        training, views = _halve(training, views)
    return FittedMembers(features, members, views, training, train_on)


def _halve(training: list[View], views: list[View]) -> tuple[list[View], list[View]]:
    """Return the rows of the trees, and those of the blend, which are so many that half will do."""
    halves = [view.every_other(0) for view in training]
    return halves, [view.every_other(1) for view in views]


def _deal(spec: EnsembleSpec, groups: Ints, n_train: int) -> list[Fold]:
    """Deal small data into folds; of large data validation rows are scored, some of very many."""
    n_rows = len(groups)
    if cross_fits(spec, n_rows):
        return list(group_folds(groups, N_FOLDS, spec.seed))
    n_held_out = MAX_HELD_OUT_ROWS * (4 if spec.boosted_trees else 1)
    held_out = n_train + evenly_spaced(n_rows - n_train, n_held_out)
    return [(np.arange(n_train), held_out)]


def _score_folds(
    trainer: _Trainer,
    folds: Sequence[Fold],
    choices: dict[str, LinearChoice],
    views: Sequence[View],
    progress: Progress,
) -> tuple[Members, list[View]]:
    """Score rows by label-free members and rules that have not seen their fold.

    Returns:
        The members of the last fold, and the views with the labels that members could know.
    """
    members: Members = {}
    for number, (train, scored) in enumerate(folds, start=1):
        progress(f"cross-fitting {number} of {len(folds)}", number / len(folds))
        report = progress if len(folds) == 1 else ignore_progress
        members = trainer.label_free(train, choices, report)
        score(views, partial(_forward, members), scored)
        if trainer.spec.fit_rules:
            rules = trainer.spec.fit_rules([trainer.listings[row] for row in train])
            score(views, partial(_apply, rules), scored)

    unseen = _unseen(trainer.targets, folds)
    return members, [view.with_unknown(unseen) for view in views]


@dataclass(frozen=True, slots=True)
class _Trainer:
    """Trains members on some of the rows."""

    spec: EnsembleSpec
    inputs: Inputs
    listings: Sequence[Listing]
    targets: list[Target]

    def label_free(
        self, rows: Ints, choices: dict[str, LinearChoice], progress: Progress
    ) -> Members:
        """Train the members that read nothing which encoders learned from labels."""
        inputs, targets = self._take(rows)
        trained = train_members(
            self.spec, self._members(True), inputs, targets, progress
        )
        return trained | train_linear_members(inputs, targets, choices, progress)

    def supervised(self, rows: Ints, progress: Progress) -> Members:
        """Train the other members."""
        members = self._members(False)
        if not members:
            return {}
        inputs, targets = self._take(rows)
        return train_members(self.spec, members, inputs, targets, progress)

    def _members(self, label_free: bool) -> list[Member]:
        usable = usable_members(self.spec.members, self.inputs)
        return [m for m in usable if is_label_free(m.inputs) == label_free]

    def _take(self, rows: Ints) -> tuple[Inputs, list[Target]]:
        if len(rows) == len(self.inputs):
            return self.inputs, self.targets
        return self.inputs.take(rows), [target.take(rows) for target in self.targets]


def _forward(members: Members, inputs: Inputs, _: Sequence[Listing]) -> MemberScores:
    return {name: member.forward(inputs) for name, member in members.items()}


def _apply(rules: ScoreRules, _: Inputs, listings: Sequence[Listing]) -> MemberScores:
    return rules(listings)


def _unseen(targets: Sequence[Target], folds: Sequence[Fold]) -> dict[str, Bools]:
    """Return by output which rows have a class that no row of the other folds has, ``[rows]``.

    Members could not know it, as they do not know the classes that come after training.
    """
    return {
        target.name: unseen_in_folds(target.values, folds) & target.has_label
        for target in targets
        if target.kind == "classes"
    }


def _validation_photos(view: View, n_train: int) -> View:
    """Return the rows that are not among the first, of a view with photos."""
    if view.mode == "text":
        return view
    return view.take(np.flatnonzero(view.rows >= n_train))


def _largest_pair(views: Sequence[View]) -> list[View]:
    """Return the early and the full view of the mode that has most rows, the first of equals."""
    pairs = zip(views[::2], views[1::2], strict=True)
    return [*max(pairs, key=lambda pair: len(pair[0].rows))]
