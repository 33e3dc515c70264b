"""The common part of every predictor: a name, a version, and suggestions in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from common.encoders import Encodings
from common.listing import Listing, Suggestion
from common.nets.inputs import Inputs
from models.ensemble.head import Head


@dataclass(frozen=True, slots=True)
class HeadPredictor(ABC):
    """A trained model, ready to suggest; each model turns scores into suggestions.

    Attributes:
        name: The model's name.
        version: Id of the artifact it was loaded from.
        head: The scoring part.
    """

    name: str
    version: str
    head: Head

    @property
    def encoder_ids(self) -> tuple[str, ...]:
        """Ids of the encoders that the features need."""
        return tuple(encoder.id for encoder in self.head.features.encoders)

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Return a suggestion for each listing, in order.

        ``encodings`` are vectors ``[len(listings), dimensions]`` by encoder id; missing ones are
        computed here.
        """
        if not listings:
            return []
        return self.suggest(listings, self.head.features.transform(listings, encodings))

    @abstractmethod
    def suggest(self, listings: Sequence[Listing], inputs: Inputs) -> list[Suggestion]:
        """Return a suggestion for each listing, given as ``inputs`` too."""


def used_fields(
    listings: Sequence[Listing], inputs: Inputs, fields: Sequence[str]
) -> list[tuple[str, ...]]:
    """Name the parts of each listing that were read: ``text``, ``photo``, confirmed ``fields``."""
    used = []
    for listing, has_photo in zip(listings, inputs.has("photo").tolist(), strict=True):
        names = []
        if listing.title or listing.description:
            names.append("text")
        if has_photo:
            names.append("photo")
        names += [field for field in fields if getattr(listing, field) is not None]
        used.append(tuple(names))
    return used
