"""The service ``listing.v1.Suggester``: encode once, call all models at once, wait once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from common.earnings import suggest_earnings
from common.errors import InputError, ListrecError, UnavailableError
from common.listing import Listing, Suggestion, Suggestions
from models.suggester import Suggester
from serving import convert, metrics, photos, validation
from serving.batcher import Batcher
from serving.bugs import report_bug
from serving.compute import Answer, Job
from serving.interceptors import ServicerContext
from serving.photos import PhotoReader, ReadPhotos
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.releases.loaded import LoadedReleases
from serving.releases.shadow import Shadow
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
        releases: LoadedReleases,
        batcher: Batcher[Job],
        remote: Mapping[str, RemoteBackend],
        settings: ServingSettings,
        reader: PhotoReader,
        shadow: Shadow | None = None,
    ) -> None:
        """Compute the models of a release by ``batcher`` and call those in ``remote``."""
        self._releases = releases
        self._batcher = batcher
        self._remote = remote
        self._settings = settings
        self._reader = reader
        self._shadow = shadow
        self._streams: WeakSet[SuggestionStream] = WeakSet()

    async def Suggest(
        self, request: pb.SuggestRequest, context: ServicerContext
    ) -> pb.SuggestResponse:
        """Suggest for one listing with the named models, or all."""
        return await self.suggest(request, context.time_remaining())

    async def suggest(
        self, request: pb.SuggestRequest, remaining: float | None = None
    ) -> pb.SuggestResponse:
        """Answer a request of this process, for which there are ``remaining`` seconds.

        Raises what the interceptor of a server would turn into a status.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout(remaining)

        # The whole answer is of one release, also when another one takes its place meanwhile.
        loaded = self._releases.find(request.release)
        listing = validation.check_listing(convert.to_listing(request.listing))
        results = await self._reader.read(listing.photos, loaded.encoders, deadline)
        read = photos.gather([listing], [results])
        suggestions = await self._suggest(loaded, read, request.models, deadline)
        response = convert.from_suggestions(suggestions)
        # The shadow is compared with the release that is served, not with those that are named.
        if self._shadow and not request.release:
            self._shadow.compare(request, response)
        return response

    async def SuggestStream(
        self, requests: AsyncIterator[pb.StreamRequest], context: ServicerContext
    ) -> AsyncIterator[pb.StreamResponse]:
        """Suggest for the newest state of a listing while the seller types."""
        stream = SuggestionStream(
            self._suggest,
            self._releases,
            self._reader,
            self._settings.default_deadline,
        )
        self._streams.add(stream)
        async for response in stream.answer(requests):
            yield response

    def close_streams(self) -> None:
        """End all streams after the answers to their newest states."""
        for stream in self._streams:
            stream.close()

    async def _suggest(
        self,
        loaded: Suggester,
        read: ReadPhotos,
        models: Sequence[str],
        deadline: float,
    ) -> Suggestions:
        """Return suggestions of the named models, or all, for the only listing of ``read``."""
        [listing] = read.listings
        names = self._choose(models, loaded)
        own = [name for name in names if name in loaded.predictors]
        job = Job(loaded, [listing], own, encodings=dict(read.encodings))
        answers = await self._answer(job, listing, names, deadline)

        by_model, missing = _collect(names, answers, loaded.release)
        metrics.count_answers(loaded.release, by_model, missing)
        return Suggestions(
            loaded.release,
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

    def _choose(self, names: Sequence[str], loaded: Suggester) -> list[str]:
        available = [*loaded.predictors, *self._remote]
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
        others = [name for name in names if name not in job.models]
        remote = [self._remote[name] for name in others]
        if not remote:
            await self._batcher.run(job, 1, deadline)
            return job.answers

        # Other processes wait for the vectors, and not for the models of this one.
        encoding = Job(
            job.loaded,
            job.listings,
            encoders=_needed(names, job.loaded),
            encodings=dict(job.encodings),
        )
        await self._batcher.run(encoding, 1, deadline)
        job.encodings.update(encoding.encodings)

        own_answers = self._batcher.run(job, 1, deadline)
        calls: dict[str, asyncio.Future[Any]] = {"": asyncio.ensure_future(own_answers)}
        for backend in remote:
            call = _call(backend, encoding, deadline)
            calls[backend.name] = asyncio.ensure_future(call)
        done = await wait_until(deadline, calls)
        if "" in done:
            done.pop("").result()
        return {**job.answers, **{name: _result(call) for name, call in done.items()}}


def _needed(names: Sequence[str], loaded: Suggester) -> list[str]:
    """Return the ids of the encoders of this process that named models need."""
    needed = {ref for name in names for ref in _encoder_ids(name, loaded)}
    return [encoder_id for encoder_id in loaded.encoders if encoder_id in needed]


def _encoder_ids(name: str, loaded: Suggester) -> Sequence[str]:
    """Return the ids of the encoders of a model; of all where the release does not say."""
    if name in loaded.predictors:
        return loaded.predictors[name].encoder_ids
    return loaded.needs.get(name, tuple(loaded.encoders))


async def _call(
    backend: RemoteBackend, encoded: Job, deadline: float
) -> list[Suggestion]:
    """Ask another process about a listing that was encoded."""
    encoder_ids = _encoder_ids(backend.name, encoded.loaded)
    usable = {
        ref: encoded.encodings[ref] for ref in encoder_ids if ref in encoded.encodings
    }
    has_all = bool(encoder_ids) and usable.keys() >= set(encoder_ids)
    timeout = max(0.0, deadline - asyncio.get_running_loop().time())
    return await backend.predict(
        encoded.listings, usable, encoded.loaded.release, timeout, not has_all
    )


def _result(call: asyncio.Future[list[Suggestion]]) -> Answer:
    error = call.exception()
    if error is None:
        return call.result()
    if isinstance(error, Exception):
        return error
    raise error


def _collect(
    names: Iterable[str], answers: Mapping[str, Answer], release: str
) -> tuple[dict[str, Suggestion], dict[str, str]]:
    """Return the suggestions of the models that answered, and the reason of each other one."""
    by_model: dict[str, Suggestion] = {}
    missing: dict[str, str] = {}
    for name in names:
        answer = answers.get(name, TimeoutError())
        if isinstance(answer, list):
            by_model[name] = answer[0]
        else:
            missing[name] = _reason(name, answer, release)
    return by_model, missing


def _reason(name: str, error: BaseException, release: str) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    if isinstance(error, UnavailableError):
        return f"unavailable: {error}"
    if isinstance(error, ListrecError):
        return f"failed: {error}"
    number = report_bug(error, f"model {name}", release)
    return f"failed: a bug, logged as {number}"
