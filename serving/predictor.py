"""The service ``listing.v1.Predictor``: a batch of listings for one model of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import islice

from common.arrays import Floats
from common.errors import ArtifactError, InputError
from common.listing import Listing, Suggestion
from models import Predictor
from models.suggester import Suggester
from serving import convert, photos, validation
from serving.batcher import Batcher
from serving.compute import Job
from serving.interceptors import ServicerContext
from serving.photos import PhotoReader, ReadPhotos
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.releases.loaded import LoadedReleases
from serving.settings import ServingSettings


class PredictorService(rpc.PredictorServicer):
    """Answers with the predictors of this process, by name."""

    def __init__(
        self,
        releases: LoadedReleases,
        batcher: Batcher[Job],
        settings: ServingSettings,
        reader: PhotoReader,
    ) -> None:
        """Serve the models of a release, computed by ``batcher``."""
        self._releases = releases
        self._batcher = batcher
        self._settings = settings
        self._reader = reader

    async def Predict(
        self, request: pb.PredictRequest, context: ServicerContext
    ) -> pb.PredictResponse:
        """Suggest for each listing of the batch, in order."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout(context.time_remaining())
        loaded = self._releases.find(request.release)
        predictor = _choose(request.model, loaded)

        listings = self._read_listings(request)
        encodings = _read_encodings(request, predictor, loaded)

        problems: Sequence[str] = ()
        # With all vectors no photo is decoded: the sender has done so, and may have sent no bytes.
        if not encodings.keys() >= set(predictor.encoder_ids):
            _require_photo_bytes(request, listings)
            read = await self._read_photos(listings, loaded, deadline)
            listings, problems = read.listings, read.problems
            encodings = {**read.encodings, **encodings}

        job = Job(loaded, listings, [predictor.name], encodings=encodings)
        suggestions = await self._predict(job, predictor.name, deadline)
        return _to_response(loaded, predictor, suggestions, problems)

    def _timeout(self, remaining: float | None) -> float:
        """Seconds for an answer: what the client allows, up to the limit."""
        limit = self._settings.max_deadline
        return limit if remaining is None else min(remaining, limit)

    async def _read_photos(
        self, listings: Sequence[Listing], loaded: Suggester, deadline: float
    ) -> ReadPhotos:
        of_batch = [photo for listing in listings for photo in listing.photos]
        results = iter(await self._reader.read(of_batch, loaded.encoders, deadline))
        return photos.gather(
            listings, [list(islice(results, len(each.photos))) for each in listings]
        )

    def _read_listings(self, request: pb.PredictRequest) -> list[Listing]:
        listings = [convert.to_listing(message) for message in request.listings]
        return validation.check_batch(listings, self._settings.max_batch_size)

    async def _predict(self, job: Job, name: str, deadline: float) -> list[Suggestion]:
        # An empty batch is answered here: it should not wait behind others.
        if not job.listings:
            return []
        await self._batcher.run(job, len(job.listings), deadline)
        answer = job.answers.get(name, TimeoutError())
        if isinstance(answer, Exception):
            raise answer
        return answer


def _choose(name: str, loaded: Suggester) -> Predictor:
    predictors = loaded.predictors
    if not name and len(predictors) == 1:
        return next(iter(predictors.values()))
    if name not in predictors:
        reason = (
            f"there is no model {name!r} here" if name else "say which model to ask"
        )
        raise InputError(f"{reason}; there are {', '.join(predictors)}")
    return predictors[name]


def _read_encodings(
    request: pb.PredictRequest, predictor: Predictor, loaded: Suggester
) -> dict[str, Floats]:
    encoders = loaded.encoders
    dimensions = {
        encoder_id: encoders[encoder_id].dimensions
        for encoder_id in predictor.encoder_ids
        if encoder_id in encoders
    }
    return convert.to_encodings(request.encodings, len(request.listings), dimensions)


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


def _to_response(
    loaded: Suggester,
    predictor: Predictor,
    suggestions: Sequence[Suggestion],
    problems: Sequence[str],
) -> pb.PredictResponse:
    messages = [convert.from_suggestion(suggestion) for suggestion in suggestions]
    return pb.PredictResponse(
        model=predictor.name,
        version=predictor.version,
        suggestions=messages,
        problems=problems,
        release=loaded.release,
    )
