"""Specification of an ensemble: its members, their inputs, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from common.encoders import Encoder
from common.listing import Listing
from common.nets.inputs import VECTORS
from common.nets.settings import NetSettings
from common.nets.targets import Target
from models.ensemble.head import MemberScores
from models.ensemble.settings import BoostedTreesSettings, LinearSettings

MakeTargets = Callable[[Sequence[Listing]], list[Target]]
"""Turns listings in full context into targets."""

ScoreRules = Callable[[Sequence[Listing]], MemberScores]
"""Returns scores of rules, which are members that read listings; see ``RULE_PREFIX``."""

FitRules = Callable[[Sequence[Listing]], ScoreRules]
"""Fits rules to listings in full context."""


@dataclass(frozen=True, slots=True)
class Member:
    """One net of a head.

    Attributes:
        name: Name of the member.
        inputs: Inputs that it reads: ``text``, ``fields`` and names in ``VECTORS``.
        settings: How it is trained.
        min_rows: Minimum number of rows; with fewer the other members are better without it.
        min_character_rows: Number of rows from which it reads ``characters`` besides, where they
            are extracted; ``None`` for never.
    """

    name: str
    inputs: tuple[str, ...]
    settings: NetSettings
    min_rows: int = 0
    min_character_rows: int | None = None


@dataclass(frozen=True, slots=True)
class EnsembleSpec:
    """The parts of a head, and the settings of its training.

    Attributes:
        encoders: Encoders whose vectors are read.
        fields: Confirmed fields that may be read.
        targets: Makes the targets of listings.
        members: Nets; those without any of their inputs are left out.
        linear: Penalties of the linear members: two of a value or of a few classes, for early and
            for full context, and one of many classes.
        seed: Added to the seed of everything.
        boosted_trees: Adds boosted trees, stacked on the label-free members.
        fit_rules: Adds rules, such as names in the title.
    """

    encoders: Sequence[Encoder]
    fields: Sequence[str]
    targets: MakeTargets
    members: Sequence[Member]
    linear: LinearSettings
    seed: int = 0
    boosted_trees: BoostedTreesSettings | None = None
    fit_rules: FitRules | None = None

    @property
    def trees(self) -> BoostedTreesSettings | None:
        """Settings of the boosted trees, with the seed of the specification."""
        if self.boosted_trees is None:
            return None
        return replace(self.boosted_trees, seed=self.boosted_trees.seed + self.seed)


def ngram_member(
    settings: NetSettings, min_rows: int = 0, min_character_rows: int | None = None
) -> Member:
    """Return a net over n-grams and confirmed fields."""
    return Member("ngrams", ("text", "fields"), settings, min_rows, min_character_rows)


def photo_member(settings: NetSettings) -> Member:
    """Return a net over photo vectors and confirmed fields."""
    return Member("photos", (VECTORS["photo"], "fields"), settings)
