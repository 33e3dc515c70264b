"""Loads models and encoders from the store, the way a server does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import models
from common import encoders
from common.encoders import Encoder, Encodings
from common.encoders.cached import CachedEncoder, cached, warm_cache
from common.errors import InputError
from common.listing import Listing, Suggestion
from common.progress import Progress
from common.store import artifacts
from common.store.release import ReleaseStore

if TYPE_CHECKING:
    from common.snapshot import Snapshot

CHEAP = ("static",)
"""Kinds of encoders that take less time than looking their vectors up in the cache."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model with its encoders, loaded once.

    Attributes:
        predictor: the predictor that serves; it encodes for itself, so that it can be timed.
        encoders: the same encoders, those that take long with a cache of their vectors.
    """

    predictor: models.Predictor
    encoders: tuple[Encoder, ...]

    def predict(
        self, listings: Sequence[Listing], encodings: Encodings | None = None
    ) -> list[Suggestion]:
        """Suggest for each listing, in order, with vectors of the cache where it has them."""
        if encodings is None:
            encodings = {
                encoder.id: encoder.encode(listings) for encoder in self.encoders
            }
        return self.predictor.predict(listings, encodings)


@dataclass(frozen=True, slots=True)
class LoadedEncoder:
    """An encoder, loaded once: itself, so that it can be timed, and with a cache of its vectors."""

    encoder: Encoder
    cached: Encoder


def load_model(
    store: ReleaseStore, cache: Path, name: str, artifact: str
) -> LoadedModel:
    """Load a model and its encoders from the store.

    Raises ``InputError`` where the artifact is not of this model.
    """
    folder = store.fetch_artifact(artifact, cache)
    manifest = artifacts.read(folder, verify=False)
    if manifest.name != name:
        raise InputError(f"artifact {artifact} is {manifest.name}, not {name}")

    bare_encoders = []
    cached_encoders = []
    for encoder_id in manifest.encoders:
        loaded = load_timed_encoder(store, cache, encoder_id)
        bare_encoders.append(loaded.encoder)
        cached_encoders.append(loaded.cached)

    predictor = models.load(name, folder, bare_encoders)
    return LoadedModel(predictor, tuple(cached_encoders))


def load_timed_encoder(
    store: ReleaseStore, cache: Path, artifact: str
) -> LoadedEncoder:
    """Load one encoder from the store, to be measured and to be timed."""
    folder = store.fetch_artifact(artifact, cache)
    encoder = encoders.load(folder)
    return LoadedEncoder(encoder, _with_cache(encoder, folder, cache))


def load_encoders(
    store: ReleaseStore, cache: Path, ids: Sequence[str]
) -> list[Encoder]:
    """Load encoders from the store by their ids."""
    return [load_encoder(store.fetch_artifact(name, cache), cache) for name in ids]


def load_encoder(folder: Path, cache: Path) -> Encoder:
    """Load an encoder; vectors that take long to encode are kept in ``cache``."""
    return _with_cache(encoders.load(folder), folder, cache)


def _with_cache(encoder: Encoder, folder: Path, cache: Path) -> Encoder:
    is_cheap = artifacts.read(folder, verify=False).kind in CHEAP
    return encoder if is_cheap else cached(encoder, cache)


def encode_ahead(encoder: Encoder, snapshot: Snapshot, progress: Progress) -> None:
    """Have an encoder with a cache encode a whole snapshot, for the steps to come."""
    if isinstance(encoder, CachedEncoder):
        warm_cache(encoder, snapshot, progress)


def open_snapshot(path: str, expected: str = "", *, verify: bool = True) -> Snapshot:
    """Open a snapshot; raise ``InputError`` where its id differs from the expected one.

    Without ``verify`` no file of its rows is opened.
    """
    from common.snapshot import Snapshot  # reads Parquet: only the steps that need rows

    snapshot = Snapshot.open(Path(path), verify=verify)
    if expected and snapshot.id != expected:
        raise InputError(
            f"snapshot {path} was exchanged while the run was going on: start again"
        )
    return snapshot
