"""The parts of a model's ensemble, and training without one of them.

Members do not depend on each other: they are trained once, and everything that is fitted to their
held-out scores is fitted again without the part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from models.ensemble.head import STACKED
from models.ensemble.training import fit_head
from models.ensemble.training.cross_fitting import FittedMembers
from models.ensemble.training.held_out import RULE_PREFIX, View
from models.ensemble.training.members import FREQUENCY_PREFIX

RULES = RULE_PREFIX.rstrip(".")
"""The part of all rules."""

LINEAR = "linear"
"""The part of all linear members: each output has one or two."""

_REPLACED = ("fit_members", "fit_blends")
"""Functions of ``fit_head`` that are replaced."""


@dataclass(slots=True)
class Ensemble:
    """Members that are trained once, of which some are left out.

    Attributes:
        fitted: The members with their held-out scores, after the first training.
        has_trees: Whether trees are stacked on them.
        left_out: The part that is left out; empty for none.
    """

    fitted: FittedMembers | None = None
    has_trees: bool = False
    left_out: str = ""

    def parts(self) -> list[str]:
        """Name the parts of the trained members; what a blend cannot be without is none."""
        if self.fitted is None:
            return []
        # A head needs a member.
        names = {part_of(name) for name in self.fitted.members}
        names = names if len(names) > 1 else set()
        if any(map(_is_rule, self.fitted.views[0].scores)):
            names.add(RULES)
        if self.has_trees:
            names.add(STACKED)
        return sorted(names)

    def members(self, fit: Callable[..., FittedMembers]) -> Callable[..., Any]:
        """Return what trains the members the first time, and leaves out the part."""

        def fit_once(spec: Any, features: Any, *others: Any) -> FittedMembers:
            """Return what was trained, without the part."""
            if self.fitted is None:
                self.fitted = fit(spec, features, *others)
                self.has_trees = features.with_style
            kept = {
                name: member
                for name, member in self.fitted.members.items()
                if part_of(name) != self.left_out
            }
            views = [_without(view, self.left_out) for view in self.fitted.views]
            # Views of both kinds may be the same rows, and stay the same.
            numbers = {
                id(view): number for number, view in enumerate(self.fitted.views)
            }
            training = [
                views[numbers[id(view)]]
                if id(view) in numbers
                else _without(view, self.left_out)
                for view in self.fitted.training
            ]
            return replace(self.fitted, members=kept, views=views, training=training)

        return fit_once

    def blends(self, fit: Callable[..., Any]) -> Callable[..., Any]:
        """Return what fits blends that give the part, where it is no member, no weight."""

        def fit_without(head: Any, views: Any) -> Any:
            """Fit the blends of what is left."""
            names = {name for view in views for name in view.scores}
            return fit(head, views, {n for n in names if part_of(n) == self.left_out})

        return fit_without


def part_of(member: str) -> str:
    """Return the part that a member belongs to."""
    kind, has_output, _ = member.partition(".")
    is_linear = has_output and kind not in (RULES, FREQUENCY_PREFIX.rstrip("."))
    return LINEAR if is_linear else kind


def _is_rule(member: str) -> bool:
    return part_of(member) == RULES


@contextmanager
def trained_once() -> Iterator[Ensemble]:
    """Let models share members while the context lasts: one model on one snapshot."""
    ensemble = Ensemble()
    originals = {name: getattr(fit_head, name) for name in _REPLACED}
    for name, original in originals.items():
        wrap = ensemble.blends if name == "fit_blends" else ensemble.members
        # Settings have no switch for every part, and should have none for a benchmark alone.
        setattr(fit_head, name, wrap(original))
    try:
        yield ensemble
    finally:
        for name, original in originals.items():
            setattr(fit_head, name, original)


def _without(view: View, part: str) -> View:
    """Return a view that later scores are written to, without those of a part."""
    scores = {
        name: by_output
        for name, by_output in view.scores.items()
        if part_of(name) != part or _is_rule(name)
    }
    return replace(view, scores=scores)
