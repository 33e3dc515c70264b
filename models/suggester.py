"""A release in one process: every model asked about the same listings, encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import models
from common import artifacts, encoders
from common.encoders import Encoder, Encodings
from common.errors import ArtifactError
from common.listing import Listing, Suggestion
from common.release import Local
from models import Predictor


@dataclass(frozen=True, slots=True)
class Suggester:
    """The models of release ``release`` by name, and their encoders by id."""

    release: str
    predictors: Mapping[str, Predictor]
    encoders: Mapping[str, Encoder]

    @property
    def versions(self) -> dict[str, str]:
        """The version of each model it has, by name."""
        return {name: predictor.version for name, predictor in self.predictors.items()}

    def suggest(
        self, listings: Sequence[Listing], names: Sequence[str] = ()
    ) -> dict[str, list[Suggestion]]:
        """Ask the named models, or all: lists in the order of ``listings``, by model.

        Confirmed fields are inputs, except that no model is shown a field it answers. Raises
        ``InputError`` for a model nobody knows, ``ArtifactError`` for one the release lacks.
        """
        asked = [self._predictor(name) for name in names or self.predictors]
        needed = dict.fromkeys(ref for predictor in asked for ref in predictor.encoder_ids)
        encodings = {ref: self.encoders[ref].encode(listings) for ref in needed}
        return {each.name: _ask(each, listings, encodings) for each in asked}

    def _predictor(self, name: str) -> Predictor:
        if models.check_name(name) not in self.predictors:
            raise ArtifactError(
                f"release {self.release} has no model {name!r}; it has"
                f" {', '.join(self.predictors)}: run 'listrec train {name} --snapshot DIR'"
            )
        return self.predictors[name]


def load_release(local: Local) -> Suggester:
    """Load every model of a fetched release that is known here, with the encoders they share."""
    shared = {ref: encoders.load(folder) for ref, folder in local.encoders.items()}
    predictors = {}
    for name in models.NAMES:
        if name in local.models:
            folder = local.models[name]
            needed = artifacts.read(folder, verify=False).encoders
            predictors[name] = models.load(name, folder, [shared[ref] for ref in needed])
    return Suggester(local.release.id, predictors, shared)


def _ask(
    predictor: Predictor, listings: Sequence[Listing], encodings: Encodings
) -> list[Suggestion]:
    """Ask one model about listings that do not show the fields it answers."""
    fields = models.outputs(predictor.name)
    unseen = [
        listing.without(*fields)
        if any(getattr(listing, field) is not None for field in fields)
        else listing
        for listing in listings
    ]
    return predictor.predict(unseen, encodings)
