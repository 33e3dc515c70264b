"""What plain members say of rows that they have not seen: what trees are fitted to.

Of few rows by cross-fitting, every member trained anew without a part of them in turn; of many by
asking about rows that were held out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from common.listing import Listing
from common.nets.features import keep_early_fields
from common.nets.inputs import Inputs
from common.nets.targets import Target
from common.splits import group_key
from models.ensemble.head import Head, MemberScores
from models.ensemble.spec import EnsembleSpec
from models.ensemble.training.members import train_members, usable_members

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Rows, what members say of them shown cold or warm, their labels, and their ``groups``."""

    warm: bool
    listings: Sequence[Listing]
    inputs: Inputs
    said: MemberScores
    targets: Sequence[Target]
    groups: Ints

    def truth(self, output: str) -> Target:
        """Return the labels of an output."""
        return next(target for target in self.targets if target.name == output)

    def take(self, rows: Ints) -> OutOfFold:
        """Return some of the rows."""
        said = {
            member: {output: scores[rows] for output, scores in answers.items()}
            for member, answers in self.said.items()
        }
        targets = [each.take(rows) for each in self.targets]
        listings = [self.listings[row] for row in rows]
        return OutOfFold(
            self.warm, listings, self.inputs.take(rows), said, targets, self.groups[rows]
        )


def out_of_fold_scores(
    plan: EnsembleSpec, folds: int, rows: Sequence[Listing], inputs: Inputs, progress: Progress
) -> list[OutOfFold]:
    """Return training rows cold and warm, with what members say that were trained without them.

    Kin (``common.splits``) are left out together. ``inputs`` are those of the rows.
    """
    labels = plan.targets(rows)
    groups = _groups(rows)
    plain = [each for each in usable_members(plan.members, inputs) if each.label_free]
    shown = {False: keep_early_fields(inputs), True: inputs}
    said: dict[bool, dict[str, dict[str, Floats]]] = {False: {}, True: {}}
    parts = group_folds(groups, folds, plan.seed)
    for number, (learn, rest) in enumerate(parts, start=1):
        progress(f"cross-fitting {number} of {folds}", number / folds)
        learned = [each.take(learn) for each in labels]
        nets = train_members(plan, plain, inputs.take(learn), learned, lambda doing, fraction: None)
        for warm, name in ((warm, name) for warm in shown for name in nets):
            for output, scores in nets[name].forward(shown[warm].take(rest)).items():
                place = said[warm].setdefault(name, {})
                size = (len(rows), scores.shape[1])
                place.setdefault(output, np.zeros(size, np.float32))[rest] = scores
    return [OutOfFold(warm, rows, shown[warm], said[warm], labels, groups) for warm in shown]


def predict_held_out(
    head: Head, inputs: Inputs, rows: Sequence[Listing], targets: Sequence[Target]
) -> list[OutOfFold]:
    """Return held-out rows cold and warm, with what the head's members say of them."""
    groups = _groups(rows)
    shown = {False: keep_early_fields(inputs), True: inputs}
    return [
        OutOfFold(
            warm,
            rows,
            each,
            {name: net.forward(each) for name, net in head.members.items()},
            targets,
            groups,
        )
        for warm, each in shown.items()
    ]


def group_folds(groups: Ints, count: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield places to learn from and places to try on, ``count`` times; groups stay together."""
    part = np.random.default_rng(seed).permutation(groups.max(initial=0) + 1)[groups] % count
    for number in range(count):
        yield np.flatnonzero(part != number), np.flatnonzero(part == number)


def _groups(rows: Sequence[Listing]) -> Ints:
    keys = np.array([group_key(row) for row in rows])
    found: Ints = np.unique(keys, return_inverse=True)[1]
    return found
