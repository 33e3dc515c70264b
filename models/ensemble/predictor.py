"""The common part of every predictor: a name, a version, and suggestions in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from common.encoders import Encodings
from common.features import style
from common.features.hashing import FIELD_SLOTS
from common.listing import Listing, Suggestion
from common.nets.inputs import Inputs
from models.ensemble.head import Head

Names = tuple[str, ...]
"""Names of parts of a listing."""


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
        features = self.head.features
        inputs = features.transform(listings, encodings)
        used, unknown = read_parts(listings, inputs, features.fields)
        suggestions = self.suggest(listings, inputs, used)
        return [
            replace(suggestion, unknown=fields) if fields else suggestion
            for suggestion, fields in zip(suggestions, unknown, strict=True)
        ]

    @abstractmethod
    def suggest(
        self, listings: Sequence[Listing], inputs: Inputs, used: Sequence[Names]
    ) -> list[Suggestion]:
        """Return a suggestion for each listing, given as ``inputs`` too.

        ``used`` are the names of the parts of each listing that are read.
        """


def read_parts(
    listings: Sequence[Listing], inputs: Inputs, fields: Sequence[str]
) -> tuple[list[Names], list[Names]]:
    """Return the parts of each listing that are read, and those of ``fields`` that are ignored.

    Read are ``text``, ``photo``, and confirmed fields of whose value something is known: of a path
    that no training row had, the first levels may be. Confirmed fields of other values are ignored.
    """
    known = _known_fields(listings, inputs, fields)
    has_photo = inputs.has_photo.tolist()
    used, unknown = [], []
    for row, listing in enumerate(listings):
        names = []
        if listing.title.strip() or listing.description.strip():
            names.append("text")
        if has_photo[row]:
            names.append("photo")
        given = [field for field in known if _is_given(listing, field)]
        used.append((*names, *(field for field in given if known[field][row])))
        unknown.append(tuple(field for field in given if not known[field][row]))
    return used, unknown


def _known_fields(
    listings: Sequence[Listing], inputs: Inputs, fields: Sequence[str]
) -> dict[str, list[bool]]:
    """Return whether something is known of the value of each row, for each field of any row."""
    known: dict[str, list[bool]] = {}
    # While a seller types the title, none is given: one comparison for all fields.
    values_of, nothing = attrgetter("title", *fields), (None,) * len(fields)
    confirmed = [listing for listing in listings if values_of(listing)[1:] != nothing]
    for field in fields:
        if not any(_is_given(listing, field) for listing in confirmed):
            continue
        slots = [slot for slot, name in enumerate(FIELD_SLOTS) if name == field]
        weights = inputs.weights[:, slots]
        in_vocabulary = (weights > 0).any(axis=1)
        is_known = in_vocabulary | _is_in_style(inputs, field)
        known[field] = is_known.tolist()
    return known


def _is_given(listing: Listing, field: str) -> bool:
    return getattr(listing, field) not in (None, "")


def _is_in_style(inputs: Inputs, field: str) -> NDArray[np.bool_]:
    """Return whether the style features of a row state a field, ``[rows]``."""
    if inputs.style is None or field not in style.COLUMNS:
        return np.zeros(len(inputs), np.bool_)

    # Trees read the price, and the rank of a condition, whether or not training had it.
    column = inputs.style[:, style.COLUMNS.index(field)]
    return np.asarray(column != style.NOT_STATED)
