"""Out-of-fold scores of the label-free members, which the boosted trees are fitted to.

Small data: scores of training rows by K-fold refits of every member. Large data: scores of held-out
rows by the members as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from common.groups import group_numbers
from common.listing import Listing
from common.nets.inputs import Inputs, keep_early_fields
from common.nets.net import Net
from common.nets.targets import Target
from common.progress import Progress, ignore_progress
from models.ensemble.head import Head, MemberScores
from models.ensemble.spec import EnsembleSpec
from models.ensemble.training.members import train_members, usable_members

Fold = tuple[Ints, Ints]
"""Rows to train on, and rows to score."""


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Rows in one context, with scores of members that were trained without them.

    Attributes:
        is_full: Whether the context is full; early otherwise.
        listings: The rows, in full context.
        inputs: The rows as inputs, in this context.
        scores: Scores of the members.
        targets: Labels of the rows.
        groups: Group number of each row (``common.groups``), ``[rows]``.
    """

    is_full: bool
    listings: Sequence[Listing]
    inputs: Inputs
    scores: MemberScores
    targets: Sequence[Target]
    groups: Ints

    def target(self, output: str) -> Target:
        """Return the labels of an output."""
        return next(target for target in self.targets if target.name == output)

    def take(self, rows: Ints) -> OutOfFold:
        """Return some of the rows."""
        scores = {
            member: {output: values[rows] for output, values in by_output.items()}
            for member, by_output in self.scores.items()
        }
        return OutOfFold(
            is_full=self.is_full,
            listings=[self.listings[row] for row in rows],
            inputs=self.inputs.take(rows),
            scores=scores,
            targets=[target.take(rows) for target in self.targets],
            groups=self.groups[rows],
        )


def out_of_fold_scores(
    spec: EnsembleSpec,
    n_folds: int,
    rows: Sequence[Listing],
    inputs: Inputs,
    progress: Progress,
) -> list[OutOfFold]:
    """Score training rows by members that were trained without them.

    Args:
        spec: The ensemble.
        n_folds: Number of folds, and of refits of every member; groups stay together.
        rows: Training rows.
        inputs: The rows as inputs.
        progress: Called for each fold.

    Returns:
        The rows in early and in full context.
    """
    targets = spec.targets(rows)
    groups = group_numbers(rows)
    early_inputs = keep_early_fields(inputs)

    folds = list(group_folds(groups, n_folds, spec.seed))
    early_scores, full_scores = _cross_fit(
        spec,
        inputs,
        early_inputs,
        targets,
        folds,
        progress,
    )
    full = OutOfFold(
        is_full=True,
        listings=rows,
        inputs=inputs,
        scores=full_scores,
        targets=targets,
        groups=groups,
    )
    early = _as_early(full, early_inputs, early_scores)
    return [early, full]


def _cross_fit(
    spec: EnsembleSpec,
    inputs: Inputs,
    early_inputs: Inputs,
    targets: Sequence[Target],
    folds: Sequence[Fold],
    progress: Progress,
) -> tuple[MemberScores, MemberScores]:
    """Return scores of all rows, in early and in full context, by members of the other folds."""
    early_scores: list[MemberScores] = []
    full_scores: list[MemberScores] = []
    for number, (train_rows, scored_rows) in enumerate(folds, start=1):
        progress(f"cross-fitting {number} of {len(folds)}", number / len(folds))
        # The nets of a fold score both contexts at once: only their scores are kept in memory.
        nets = _train_label_free(spec, inputs, targets, train_rows)
        early_scores.append(_forward(nets, early_inputs, scored_rows))
        full_scores.append(_forward(nets, inputs, scored_rows))
    return _assemble(early_scores, folds), _assemble(full_scores, folds)


def _as_early(full: OutOfFold, inputs: Inputs, scores: MemberScores) -> OutOfFold:
    """Return the same rows in early context."""
    return replace(full, is_full=False, inputs=inputs, scores=scores)


def _train_label_free(
    spec: EnsembleSpec, inputs: Inputs, targets: Sequence[Target], rows: Ints
) -> dict[str, Net]:
    """Train the label-free members on some of the rows."""
    usable = usable_members(spec.members, inputs)
    members = [member for member in usable if member.label_free]
    return train_members(
        spec,
        members,
        inputs.take(rows),
        [target.take(rows) for target in targets],
        ignore_progress,
    )


def predict_held_out(
    head: Head, inputs: Inputs, rows: Sequence[Listing], targets: Sequence[Target]
) -> list[OutOfFold]:
    """Score held-out rows, in early and in full context, by the members of a head."""
    full = OutOfFold(
        is_full=True,
        listings=rows,
        inputs=inputs,
        scores=head.member_scores(inputs),
        targets=targets,
        groups=group_numbers(rows),
    )
    early_inputs = keep_early_fields(inputs)
    early = _as_early(full, early_inputs, head.member_scores(early_inputs))
    return [early, full]


def group_folds(groups: Ints, n_folds: int, seed: int) -> Iterator[Fold]:
    """Yield the rows to train on and to score of each fold; groups stay together."""
    n_groups = groups.max(initial=0) + 1
    shuffled = np.random.default_rng(seed).permutation(n_groups)
    fold_of_row = shuffled[groups] % n_folds
    for number in range(n_folds):
        train_rows = np.flatnonzero(fold_of_row != number)
        scored_rows = np.flatnonzero(fold_of_row == number)
        yield train_rows, scored_rows


def _forward(nets: Mapping[str, Net], inputs: Inputs, rows: Ints) -> MemberScores:
    """Return the scores of some of the rows."""
    scored = inputs.take(rows)
    return {name: net.forward(scored) for name, net in nets.items()}


def _assemble(
    fold_scores: Sequence[MemberScores], folds: Sequence[Fold]
) -> MemberScores:
    """Return the scores of all folds as one array a member and output, in the order of rows."""
    assembled: dict[str, dict[str, Floats]] = {}
    for member, by_output in fold_scores[0].items():
        assembled[member] = {}
        for output in by_output:
            parts = [scores[member][output] for scores in fold_scores]
            assembled[member][output] = _in_row_order(parts, folds)
    return assembled


def _in_row_order(parts: Sequence[Floats], folds: Sequence[Fold]) -> Floats:
    """Return the scored rows of each fold as one array, in the order of rows."""
    n_rows = sum(len(part) for part in parts)
    n_classes = parts[0].shape[1]
    ordered = np.zeros((n_rows, n_classes), np.float32)
    for part, fold in zip(parts, folds, strict=True):
        _, scored_rows = fold
        ordered[scored_rows] = part
    return ordered
