"""Rows with scores of members that were trained without them.

Everything that is fitted to scores is fitted to these: trees, blends, calibration. On small data
they are all rows, scored in turn by members that were trained on the other folds (cross-fitting).
On large data they are the validation rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from common.arrays import Bools, Floats, Ints
from common.groups import group_numbers
from common.listing import Listing
from common.nets.feature_extractor import FeatureExtractor
from common.nets.inputs import Inputs, keep_early_fields
from common.nets.targets import Target
from models.ensemble.head import MemberScores
from models.ensemble.spec import EnsembleSpec

RULE_PREFIX = "rules."
"""Prefix of rules among the members."""

Fold = tuple[Ints, Ints]
"""Rows to train on, and rows to score."""


@dataclass(frozen=True, slots=True)
class View:
    """Rows in one mode and one context, with held-out scores.

    Attributes:
        mode: One of ``MODES``.
        is_full: Whether the context is full; early otherwise.
        rows: Numbers of the rows among all, ``[rows]``.
        groups: Their groups (``common.groups``), ``[rows]``.
        listings: The rows, in full context.
        inputs: The rows as inputs, in this mode and context.
        targets: Labels of the rows.
        scores: Scores ``[rows, classes]`` by member or rule, then by output.
    """

    mode: str
    is_full: bool
    rows: Ints
    groups: Ints
    listings: Sequence[Listing]
    inputs: Inputs
    targets: Sequence[Target]
    scores: dict[str, dict[str, Floats]] = field(default_factory=dict)

    def target(self, output: str) -> Target:
        """Return the labels of an output."""
        return next(target for target in self.targets if target.name == output)

    def names_of(self, output: str) -> list[str]:
        """Name what scores an output, in the order of its weights: members, trees, rules."""
        names = [name for name, by_output in self.scores.items() if output in by_output]
        return sorted(names, key=lambda name: name.startswith(RULE_PREFIX))

    def scores_of(self, output: str) -> list[Floats]:
        """Return the scores of an output in the same order."""
        return [self.scores[name][output] for name in self.names_of(output)]

    def take(self, positions: Ints) -> View:
        """Return some of the rows, by their position in this view."""
        scores = {
            member: {output: values[positions] for output, values in by_output.items()}
            for member, by_output in self.scores.items()
        }
        return replace(
            self,
            rows=self.rows[positions],
            groups=self.groups[positions],
            listings=[self.listings[row] for row in positions],
            inputs=self.inputs.take(positions),
            targets=[target.take(positions) for target in self.targets],
            scores=scores,
        )

    def every_other(self, first: int) -> View:
        """Return every second row, from the position ``first`` on."""
        return self.take(np.arange(first, len(self.rows), 2))

    def with_unknown(self, unknown: Mapping[str, Bools]) -> View:
        """Return the view with labels that count as none of the classes.

        ``unknown`` are ``[all rows]``, by output.
        """
        targets = []
        for target in self.targets:
            if target.name in unknown:
                is_unknown = unknown[target.name][self.rows]
                values = np.where(is_unknown, target.size, target.values)
                target = replace(target, values=values)
            targets.append(target)
        return replace(self, targets=targets)

    def put(self, member: str, output: str, rows: Ints, scores: Floats) -> None:
        """Write the scores of a member at positions ``rows`` of this view."""
        by_output = self.scores.setdefault(member, {})
        if output not in by_output:
            shape = (len(self.rows), scores.shape[1])
            by_output[output] = np.zeros(shape, np.float32)
        by_output[output][rows] = scores


def by_mode(
    spec: EnsembleSpec,
    features: FeatureExtractor,
    listings: Sequence[Listing],
    rows: Ints,
) -> list[View]:
    """Return the listings of some rows in every mode of the features, in early and full context."""
    held_out = [listings[row] for row in rows]
    groups = group_numbers(held_out)
    views = []
    for mode in features.modes:
        # Where there is one mode, a row without text is read by its fields.
        is_only_mode = len(features.modes) == 1
        can_show = [is_only_mode or listing.can_show(mode) for listing in held_out]
        kept = np.flatnonzero(can_show)
        shown = [held_out[position].showing(mode) for position in kept]
        inputs = features.transform(shown)
        full = View(
            mode=mode,
            is_full=True,
            rows=rows[kept],
            groups=groups[kept],
            listings=shown,
            inputs=inputs,
            targets=spec.targets(shown),
        )
        early = replace(
            full,
            is_full=False,
            inputs=keep_early_fields(inputs),
            scores={},
        )
        views += [early, full]
    return views


def score(
    views: Sequence[View],
    scored: Callable[[Inputs, Sequence[Listing]], MemberScores],
    rows: Ints | None = None,
) -> None:
    """Write what members or rules score of the views' rows, or of those with the given numbers."""
    for view in views:
        positions: Ints = np.arange(len(view.rows))
        if rows is not None:
            positions = np.flatnonzero(np.isin(view.rows, rows))
        listings = [view.listings[position] for position in positions]
        by_member = scored(view.inputs.take(positions), listings)
        for name, by_output in by_member.items():
            for output, scores in by_output.items():
                view.put(name, output, positions, scores)


def group_folds(groups: Ints, n_folds: int, seed: int) -> Iterator[Fold]:
    """Yield the rows to train on and to score of each fold; groups stay together."""
    n_groups = groups.max(initial=0) + 1
    shuffled = np.random.default_rng(seed).permutation(n_groups)
    fold_of_row = shuffled[groups] % n_folds
    for number in range(n_folds):
        train_rows = np.flatnonzero(fold_of_row != number)
        scored_rows = np.flatnonzero(fold_of_row == number)
        yield train_rows, scored_rows


def unseen_in_folds(values: NDArray[np.float64], folds: Sequence[Fold]) -> Bools:
    """Return which rows have a value that no row that their fold trains on has, ``[rows]``."""
    is_unseen = np.zeros(len(values), bool)
    for train, scored in folds:
        is_unseen[scored] = ~np.isin(values[scored], values[train])
    return is_unseen
