"""The service ``listing.v1.Predictor``: a batch of listings for one model of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor

from common.arrays import Floats
from common.encoders import Encoder, Encodings
from common.errors import ArtifactError, InputError
from common.listing import Listing, Suggestion
from serving import convert, photos, validation
from serving.backends import LocalBackend
from serving.interceptors import ServicerContext
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings


class PredictorService(rpc.PredictorServicer):
    """Answers with the predictors of this process, by name."""

    def __init__(
        self,
        backends: Mapping[str, LocalBackend],
        encoders: Mapping[str, Encoder],
        settings: ServingSettings,
        photo_threads: Executor,
    ) -> None:
        """Serve ``backends`` by model, trained on ``encoders`` by id."""
        self._backends = backends
        self._dimensions = {
            encoder_id: encoder.dimensions for encoder_id, encoder in encoders.items()
        }
        self._settings = settings
        self._photo_threads = photo_threads

    async def Predict(
        self, request: pb.PredictRequest, context: ServicerContext
    ) -> pb.PredictResponse:
        """Suggest for each listing of the batch, in order."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout(context.time_remaining())
        backend = self._choose(request.model)

        listings = self._read_listings(request)
        encodings = self._read_encodings(request, backend)

        problems: list[str] = []
        # With all vectors no photo is decoded: the sender has done so, and may have sent no bytes.
        if not encodings.keys() >= set(backend.encoder_ids):
            _require_photo_bytes(request, listings)
            listings, problems = await photos.check_photos_of_batch(
                listings, self._photo_threads, deadline
            )

        timeout = max(0.0, deadline - loop.time())
        suggestions = await _predict(backend, listings, encodings, timeout)
        return _to_response(backend, suggestions, problems)

    def _timeout(self, remaining: float | None) -> float:
        """Seconds for an answer: what the client allows, up to the limit."""
        limit = self._settings.max_deadline
        return limit if remaining is None else min(remaining, limit)

    def _read_listings(self, request: pb.PredictRequest) -> list[Listing]:
        listings = [convert.to_listing(message) for message in request.listings]
        return validation.check_batch(listings, self._settings.max_batch_size)

    def _read_encodings(
        self, request: pb.PredictRequest, backend: LocalBackend
    ) -> dict[str, Floats]:
        dimensions = {
            encoder_id: size
            for encoder_id, size in self._dimensions.items()
            if encoder_id in backend.encoder_ids
        }
        return convert.to_encodings(
            request.encodings, len(request.listings), dimensions
        )

    def _choose(self, name: str) -> LocalBackend:
        if not name and len(self._backends) == 1:
            return next(iter(self._backends.values()))
        if name not in self._backends:
            reason = (
                f"there is no model {name!r} here" if name else "say which model to ask"
            )
            raise InputError(f"{reason}; there are {', '.join(self._backends)}")
        return self._backends[name]


def _require_photo_bytes(
    request: pb.PredictRequest, listings: Sequence[Listing]
) -> None:
    """Raise ``ArtifactError`` when photos came without bytes and with vectors of another release.

    ``RemoteBackend`` then sends the request again, with the bytes.
    """
    if not request.encodings:
        return
    if any(not photo.data for listing in listings for photo in listing.photos):
        raise ArtifactError(
            "the vectors are of other encoders than those of this model, which needs the photos:"
            " send their bytes"
        )


async def _predict(
    backend: LocalBackend,
    listings: Sequence[Listing],
    encodings: Encodings,
    timeout: float,
) -> list[Suggestion]:
    # An empty batch is answered here: it should not wait behind others for a thread.
    if not listings:
        return []
    return await backend.predict(listings, encodings, timeout)


def _to_response(
    backend: LocalBackend, suggestions: Sequence[Suggestion], problems: Sequence[str]
) -> pb.PredictResponse:
    messages = [convert.from_suggestion(suggestion) for suggestion in suggestions]
    return pb.PredictResponse(
        model=backend.name,
        version=backend.predictor.version,
        suggestions=messages,
        problems=problems,
    )
