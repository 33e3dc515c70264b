"""What a head is made of: its members, what each reads, and how it is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from common.encoders import Encoder
from common.nets.inputs import FROZEN_TEXT, SUPERVISED_VECTORS, VECTORS, is_label_free
from common.nets.settings import NetSettings
from models.ensemble.settings import BoostedTreesSettings, LdaSettings, LinearSettings
from models.ensemble.training.validation import MakeTargets


@dataclass(frozen=True, slots=True)
class Member:
    """One net or discriminant of a head: its name, the inputs it reads, and how it is trained.

    ``learns`` names the outputs it has, by default all that there are.
    """

    name: str
    inputs: tuple[str, ...]
    settings: NetSettings | LdaSettings
    learns: tuple[str, ...] = ()

    @property
    def label_free(self) -> bool:
        """Whether it reads nothing that was made by an encoder trained on labels."""
        return is_label_free(self.inputs)


@dataclass(frozen=True, slots=True)
class EnsembleSpec:
    """What a head is made of and how its members are trained.

    ``targets`` turns finished listings into labels; ``linear`` adds linear members for each of them
    (for few classes: they hold a weight per n-gram and class), and counts by category where there
    are more than two classes; ``boosted_trees`` adds trees over plain members. ``seed`` is added
    to the seed of everything. Members read what there are encoders for, and those that would read
    nothing are left out.
    """

    encoders: Sequence[Encoder]
    fields: Sequence[str]
    targets: MakeTargets
    members: Sequence[Member]
    seed: int = 0
    linear: LinearSettings | None = None
    boosted_trees: BoostedTreesSettings | None = None

    @property
    def trees(self) -> BoostedTreesSettings | None:
        """How trees are boosted, with the seed of the plan."""
        return self.boosted_trees and replace(
            self.boosted_trees, seed=self.boosted_trees.seed + self.seed
        )


def ngram_member(settings: NetSettings) -> Member:
    """A net on n-grams and confirmed fields."""
    return Member("ngrams", ("text", "fields"), settings)


def vector_member(settings: NetSettings) -> Member:
    """A net on all vectors and confirmed fields."""
    return Member("vectors", (*SUPERVISED_VECTORS, "fields"), settings)


def photo_member(settings: NetSettings) -> Member:
    """A net on the vectors of photos alone, and confirmed fields."""
    return Member("photos", (VECTORS["photo"], "fields"), settings)


def lda_members(settings: LdaSettings) -> tuple[Member, Member]:
    """A discriminant on frozen vectors of the text, and one on the vectors of photos."""
    return (
        Member("words", (VECTORS[FROZEN_TEXT],), settings),
        Member("looks", (VECTORS["photo"],), settings),
    )
