"""The service ``listing.v1.Suggester``: encode once, call all models at once, wait once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from common.earnings import suggest_earnings
from common.encoders import Encodings
from common.errors import InputError, ListrecError, UnavailableError
from common.listing import Listing, Suggestion, Suggestions
from models.suggester import Suggester
from serving import convert, metrics, photos, validation
from serving.batcher import Batcher
from serving.compute import Answer, Job
from serving.interceptors import ServicerContext, report_bug
from serving.photos import PhotoReader, ReadPhotos
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.remote import RemoteBackend, wait_until
from serving.settings import ServingSettings
from serving.stream import SuggestionStream

MARGIN_FRACTION = 0.1
MAX_MARGIN = 0.1
"""A tenth of the client's deadline, at most 100 ms, is kept for the way of the answer back."""


class SuggesterService(rpc.SuggesterServicer):
    """Answers with all models, of this process and of others."""

    def __init__(
        self,
        loaded: Suggester,
        batcher: Batcher[Job],
        remote: Mapping[str, RemoteBackend],
        settings: ServingSettings,
        reader: PhotoReader,
    ) -> None:
        """Compute the models of ``loaded`` by ``batcher`` and call those in ``remote``."""
        self._loaded = loaded
        self._batcher = batcher
        self._remote = remote
        self._settings = settings
        self._reader = reader
        self._streams: WeakSet[SuggestionStream] = WeakSet()

    async def Suggest(
        self, request: pb.SuggestRequest, context: ServicerContext
    ) -> pb.SuggestResponse:
        """Suggest for one listing with the named models, or all."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout(context.time_remaining())

        listing = validation.check_listing(convert.to_listing(request.listing))
        results = await self._reader.read(listing.photos, deadline)
        read = photos.gather([listing], [results])
        suggestions = await self._suggest(read, request.models, deadline)
        return convert.from_suggestions(suggestions)

    async def SuggestStream(
        self, requests: AsyncIterator[pb.StreamRequest], context: ServicerContext
    ) -> AsyncIterator[pb.StreamResponse]:
        """Suggest for the newest state of a listing while the seller types."""
        stream = SuggestionStream(
            self._suggest, self._reader, self._settings.default_deadline
        )
        self._streams.add(stream)
        async for response in stream.answer(requests):
            yield response

    def close_streams(self) -> None:
        """End all streams after the answers to their newest states."""
        for stream in self._streams:
            stream.close()

    async def _suggest(
        self, read: ReadPhotos, models: Sequence[str], deadline: float
    ) -> Suggestions:
        """Return suggestions of the named models, or all, for the only listing of ``read``."""
        [listing] = read.listings
        names = self._choose(models)
        own = [name for name in names if name in self._loaded.predictors]
        job = Job(self._loaded, [listing], own, encodings=dict(read.encodings))
        answers = await self._answer(job, listing, names, deadline)

        by_model, missing = _collect(names, answers)
        metrics.count_answers(by_model, missing)
        return Suggestions(
            self._loaded.release,
            by_model,
            missing,
            read.problems,
            suggest_earnings(listing, by_model, self._settings.commission),
        )

    def _timeout(self, remaining: float | None) -> float:
        """Seconds for an answer: what the client allows less a margin, or the default."""
        if remaining is None:
            return self._settings.default_deadline
        margin = min(MARGIN_FRACTION * remaining, MAX_MARGIN)
        return min(remaining - margin, self._settings.max_deadline)

    def _choose(self, names: Sequence[str]) -> list[str]:
        available = [*self._loaded.predictors, *self._remote]
        unknown = [name for name in names if name not in available]
        if unknown:
            raise InputError(
                f"there is no model {unknown[0]!r} here; there are {', '.join(available)}"
            )
        return list(dict.fromkeys(names)) or available

    async def _answer(
        self, job: Job, listing: Listing, names: Sequence[str], deadline: float
    ) -> dict[str, Answer]:
        """Return the answers of the models that gave one until the deadline."""
        remote = [self._remote[name] for name in names if name in self._remote]
        if not remote:
            await self._batcher.run(job, 1, deadline)
            return job.answers

        # Other processes wait for the vectors, and not for the models of this one.
        encoding = Job(
            self._loaded,
            job.listings,
            encoders=self._needed(names),
            encodings=dict(job.encodings),
        )
        await self._batcher.run(encoding, 1, deadline)
        job.encodings.update(encoding.encodings)

        own_answers = self._batcher.run(job, 1, deadline)
        calls: dict[str, asyncio.Future[Any]] = {"": asyncio.ensure_future(own_answers)}
        for backend in remote:
            call = _call(backend, listing, encoding.encodings, deadline)
            calls[backend.name] = asyncio.ensure_future(call)
        done = await wait_until(deadline, calls)
        if "" in done:
            done.pop("").result()
        return {**job.answers, **{name: _result(call) for name, call in done.items()}}

    def _needed(self, names: Sequence[str]) -> list[str]:
        """Return the ids of the encoders of this process that named models need."""
        needed = []
        for encoder_id in self._loaded.encoders:
            if any(encoder_id in self._encoder_ids(name) for name in names):
                needed.append(encoder_id)
        return needed

    def _encoder_ids(self, name: str) -> Sequence[str]:
        if name in self._remote:
            return self._remote[name].encoder_ids
        return self._loaded.predictors[name].encoder_ids


async def _call(
    backend: RemoteBackend, listing: Listing, encodings: Encodings, deadline: float
) -> list[Suggestion]:
    usable = {ref: encodings[ref] for ref in backend.encoder_ids if ref in encodings}
    timeout = max(0.0, deadline - asyncio.get_running_loop().time())
    suggestions = await backend.predict([listing], usable, timeout)

    # A remote predictor may be another program: its answer is not taken on trust.
    if [suggestion.model for suggestion in suggestions] != [backend.name]:
        raise ValueError("not one answer of this model for one listing")
    return suggestions


def _result(call: asyncio.Future[list[Suggestion]]) -> Answer:
    error = call.exception()
    if error is None:
        return call.result()
    if isinstance(error, Exception):
        return error
    raise error


def _collect(
    names: Iterable[str], answers: Mapping[str, Answer]
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Return the suggestions of the models that answered, and the reason of each other one."""
    by_model: dict[str, Suggestion] = {}
    missing: dict[str, str] = {}
    for name in names:
        answer = answers.get(name, TimeoutError())
        if isinstance(answer, list):
            by_model[name] = answer[0]
        else:
            missing[name] = _reason(name, answer)
    return by_model, missing


def _reason(name: str, error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    if isinstance(error, UnavailableError):
        return f"unavailable: {error}"
    if isinstance(error, ListrecError):
        return f"failed: {error}"
    return f"failed: a bug, logged as {report_bug(error, f'model {name}')}"
