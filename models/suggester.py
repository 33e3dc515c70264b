"""A release in one process: all models answer about the same listings, encoded once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import models
from common import encoders
from common.earnings import Commission, suggest_earnings
from common.encoders import Encoder
from common.errors import ArtifactError
from common.listing import Listing, Suggestion, Suggestions
from common.photos.checking import check_photos
from common.store import artifacts
from common.store.release import FetchedRelease
from models import Predictor


@dataclass(frozen=True, slots=True)
class Suggester:
    """The loaded models and encoders of a release.

    Attributes:
        release: id of the release.
        predictors: loaded models, by name.
        encoders: loaded encoders, by id.
        needs: ids of the encoders that a model was trained on, for every model of the release,
            loaded here or not.
        commission: what the shop keeps of a sale, where earnings are to be stated.
        created_at: time of publication of the release, ISO 8601; empty where it is not known.
        origins: id of the release of each model that is not of this one, by the model's name.
    """

    release: str
    predictors: Mapping[str, Predictor]
    encoders: Mapping[str, Encoder]
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    commission: Commission | None = None
    created_at: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        """Return the id of the release that a model is of."""
        return self.origins.get(name, self.release)

    @property
    def versions(self) -> dict[str, str]:
        """The version of each loaded model, by name."""
        return {name: predictor.version for name, predictor in self.predictors.items()}

    def suggest(self, listing: Listing, names: Sequence[str] = ()) -> Suggestions:
        """Suggest for one listing with the named models, or all; its photos are checked first.

        Raises what ``predict`` raises, and ``InputError`` for a listing with too many photos, or
        with photos only of which none can be used.
        """
        photos = check_photos(listing)
        predicted = self.predict([photos.listing], names)
        by_model = {name: suggestions[0] for name, suggestions in predicted.items()}

        return Suggestions(
            release=self.release,
            by_model=by_model,
            problems=photos.problems,
            earnings=suggest_earnings(listing, by_model, self.commission),
        )

    def predict(
        self, listings: Sequence[Listing], names: Sequence[str] = ()
    ) -> dict[str, list[Suggestion]]:
        """Suggest for a batch with the named models, or all.

        Returns the suggestions in the order of ``listings``, by model. Photos must be usable.
        Confirmed fields are inputs, except the fields that a model itself predicts. Raises
        ``InputError`` for an unknown model, ``ArtifactError`` for one that the release lacks.
        """
        predictors = [self._predictor(name) for name in names or self.predictors]

        # One encoder serves several models: each runs once, whatever the number of models.
        needed = _union(predictor.encoder_ids for predictor in predictors)
        encodings = {ref: self.encoders[ref].encode(listings) for ref in needed}
        return {
            predictor.name: predictor.predict(listings, encodings)
            for predictor in predictors
        }

    def _predictor(self, name: str) -> Predictor:
        if models.check_name(name) not in self.predictors:
            raise _no_such_model(self.release, name, self.predictors)
        return self.predictors[name]


def load(
    fetched: FetchedRelease,
    names: Sequence[str] | None = None,
    threads: int = 1,
    commission: Commission | None = None,
    loaded: Sequence[Suggester] = (),
) -> Suggester:
    """Load the named models of a fetched release, all by default, and their encoders.

    With an empty ``names`` the encoders of all models are loaded and no model: for a process that
    encodes for remote predictors. ``threads`` is the number of threads for one call of an encoder,
    and ``commission`` what the shop keeps of a sale. Artifacts that the release has in common with
    those in ``loaded`` are not loaded again.
    Raises ``InputError`` for an unknown model, ``ArtifactError`` for one that the release lacks.
    """
    available = [name for name in models.NAMES if name in fetched.models]
    wanted = available if names is None else _check_models(names, fetched)

    needs = _encoders_by_model(fetched)
    refs = _union(needs[name] for name in wanted or available)
    shared = {
        ref: _loaded_encoder(ref, loaded)
        or encoders.load(fetched.encoders[ref], threads)
        for ref in refs
    }

    versions = fetched.release.models
    predictors = {
        name: _loaded_model(name, versions.get(name), loaded)
        or models.load(name, fetched.models[name], _select(shared, needs[name]))
        for name in wanted
    }
    return Suggester(
        fetched.release.id,
        predictors,
        shared,
        needs,
        commission,
        fetched.release.created_at,
    )


def _loaded_encoder(ref: str, loaded: Sequence[Suggester]) -> Encoder | None:
    found = (each.encoders[ref] for each in loaded if ref in each.encoders)
    return next(found, None)


def _loaded_model(
    name: str, version: str | None, loaded: Sequence[Suggester]
) -> Predictor | None:
    """Return a model from the first release that has the same version of it."""
    of_name = (each.predictors[name] for each in loaded if name in each.predictors)
    return next((model for model in of_name if model.version == version), None)


def _select(shared: Mapping[str, Encoder], refs: Sequence[str]) -> list[Encoder]:
    return [shared[ref] for ref in refs]


def _encoders_by_model(fetched: FetchedRelease) -> dict[str, tuple[str, ...]]:
    """Return the ids of the encoders that each model of a release was trained on."""
    encoders_by_model = {}
    for name, artifact in fetched.models.items():
        # Fetching has verified the files: to read them all again would slow down every start.
        manifest = artifacts.read(artifact, verify=False)
        for ref in manifest.encoders:
            if ref not in fetched.encoders:
                raise ArtifactError(
                    f"model {name!r} was trained on encoder {ref}, which release"
                    f" {fetched.release.id} lacks: publish the release again"
                )
        encoders_by_model[name] = manifest.encoders
    return encoders_by_model


def _union(ids_by_model: Iterable[Sequence[str]]) -> list[str]:
    """Return every id once, in alphabetical order."""
    return sorted({ref for ids in ids_by_model for ref in ids})


def _check_models(names: Sequence[str], fetched: FetchedRelease) -> list[str]:
    for name in names:
        if models.check_name(name) not in fetched.models:
            raise _no_such_model(fetched.release.id, name, fetched.models)
    return list(names)


def _no_such_model(release: str, name: str, available: Iterable[str]) -> ArtifactError:
    return ArtifactError(
        f"release {release} has no model {name!r}; it has {', '.join(available)}:"
        f" run 'listrec train {name} --snapshot DIR'"
    )
