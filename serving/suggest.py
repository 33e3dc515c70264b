"""The service ``listing.v1.Suggester``: what a request gets, from its deadline to its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from weakref import WeakSet

from common.earnings import suggest_earnings
from common.listing import Listing, Suggestions
from serving import convert, metrics, photos, validation
from serving.backends import Backends
from serving.experiments.adjusting import adjust_all
from serving.experiments.current import CurrentExperiments
from serving.experiments.shadow_variants import ShadowVariants
from serving.experiments.treatment import Treatment, Treatments, choose_treatments
from serving.interceptors import ServicerContext
from serving.photos import PhotoReader, ReadPhotos
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.releases.loaded import LoadedReleases
from serving.releases.shadow import Shadow
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
        experiments: CurrentExperiments,
        backends: Backends,
        settings: ServingSettings,
        reader: PhotoReader,
        shadow: Shadow | None = None,
    ) -> None:
        """Answer with the models of releases, as experiments say, by ``backends``."""
        self._releases = releases
        self._experiments = experiments
        self._backends = backends
        self._settings = settings
        self._reader = reader
        self._shadow = shadow
        self._shadow_variants = ShadowVariants(backends, reader)
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

        listing = validation.check_listing(convert.to_listing(request.listing))
        # Found once: releases and experiments may change meanwhile.
        treatments = self._treat(listing, request)
        encoders = treatments.shown.loaded.encoders
        results = await self._reader.read(listing.photos, encoders, deadline)
        read = photos.gather([listing], [results])
        suggestions = await self._suggest(treatments, read, request.models, deadline)
        # The shadow is compared with the release that is served, not with those that are named or
        # that an experiment tries.
        shown = treatments.shown
        is_served = shown.loaded is self._releases.current and not shown.parameters
        if self._shadow and is_served and not request.release:
            self._shadow.compare(request, suggestions)
        return convert.from_suggestions(suggestions)

    async def SuggestStream(
        self, requests: AsyncIterator[pb.StreamRequest], context: ServicerContext
    ) -> AsyncIterator[pb.StreamResponse]:
        """Suggest for the newest state of a listing while the seller types."""
        stream = SuggestionStream(
            self._treat,
            self._suggest,
            self._reader,
            self._settings.default_deadline,
        )
        self._streams.add(stream)
        async for response in stream.answer(requests):
            yield response

    def close(self) -> None:
        """End all streams after the answers to their newest states, and drop shadow variants."""
        for stream in self._streams:
            stream.close()
        self._shadow_variants.close()

    def _treat(
        self, listing: Listing, request: pb.SuggestRequest | pb.StreamRequest
    ) -> Treatments:
        """Return what the seller of a request gets, and find all releases that it takes."""
        loaded = self._releases.find(request.release)
        if request.release or request.outside_experiments:
            return Treatments(Treatment(loaded))
        return choose_treatments(
            listing, request.models, self._experiments, self._releases
        )

    async def _suggest(
        self,
        treatments: Treatments,
        read: ReadPhotos,
        models: Sequence[str],
        deadline: float,
    ) -> Suggestions:
        """Return suggestions of the named models, or all, for the only listing of ``read``."""
        [listing] = read.listings
        shown = treatments.shown
        by_model, missing = await self._backends.predict(
            shown.loaded, read, models, deadline
        )
        by_model = adjust_all(by_model, shown.parameters)
        metrics.count_answers(shown.loaded.origin, by_model, missing)
        metrics.count_variants(treatments.experiments)
        self._shadow_variants.compare(treatments.shadows, read, by_model)
        return Suggestions(
            shown.loaded.release,
            by_model,
            missing,
            read.problems,
            suggest_earnings(listing, by_model, self._settings.commission),
            treatments.experiments,
        )

    def _timeout(self, remaining: float | None) -> float:
        """Seconds for an answer: what the client allows less a margin, or the default."""
        if remaining is None:
            return self._settings.default_deadline
        margin = min(MARGIN_FRACTION * remaining, MAX_MARGIN)
        return min(remaining - margin, self._settings.max_deadline)
