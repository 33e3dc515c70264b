"""A release in one process: every model asked about the same listings, encoded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import models
from common import encoders
from common.encoders import Encoder, Encodings
from common.errors import ArtifactError
from common.listing import Listing, Suggestion
from common.store import artifacts
from common.store.release import FetchedRelease
from models import Predictor


@dataclass(frozen=True, slots=True)
class Suggester:
    """Models of release ``release`` by name, and encoders by id.

    ``needs`` maps each model of the release to the encoders it was trained on, also for models
    that another process answers for.
    """

    release: str
    predictors: Mapping[str, Predictor]
    encoders: Mapping[str, Encoder]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)

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
            raise _lacks(self.release, name, self.predictors)
        return self.predictors[name]


def load(local: FetchedRelease, names: Sequence[str] | None = None, threads: int = 1) -> Suggester:
    """Load the named models of a fetched release, all by default, and their encoders.

    Without any name the encoders of all models are loaded, for who asks models elsewhere. An
    encoder may use as many ``threads`` for one call. Raises ``ArtifactError`` when the release has
    no such model.
    """
    known = [name for name in models.NAMES if name in local.models]
    wanted = known if names is None else [_check(name, local) for name in names]
    needs = {
        name: artifacts.read(local.models[name], verify=False).encoders for name in local.models
    }
    asked = {ref for name in wanted or known for ref in needs[name]}
    shared = {ref: encoders.load(local.encoders[ref], threads) for ref in sorted(asked)}
    predictors = {
        name: models.load(name, local.models[name], [shared[ref] for ref in needs[name]])
        for name in wanted
    }
    return Suggester(local.release.id, predictors, shared, needs)


def _check(name: str, local: FetchedRelease) -> str:
    if models.check_name(name) not in local.models:
        raise _lacks(local.release.id, name, local.models)
    return name


def _lacks(release: str, name: str, has: Iterable[str]) -> ArtifactError:
    return ArtifactError(
        f"release {release} has no model {name!r}; it has {', '.join(has)}:"
        f" run 'listrec train {name} --snapshot DIR'"
    )


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
