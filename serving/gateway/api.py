"""The addresses of the gateway: suggestions, and what sellers did with them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from common.errors import UnavailableError
from common.events import Event
from common.kept_listing import KeptListing
from common.listing import Listing
from serving import request_ids
from serving.gateway import metrics
from serving.gateway.admission import Admission
from serving.gateway.answers import to_answer
from serving.gateway.client_address import is_encrypted
from serving.gateway.disconnects import while_connected
from serving.gateway.events import (
    Events,
    to_events,
    to_kept_listing,
    to_rendered,
    to_shown,
)
from serving.gateway.kept_photos import KeptPhotos
from serving.gateway.page import answer_file
from serving.gateway.parsing import BodyParser
from serving.gateway.policies import GREEDY, policy_of, present
from serving.gateway.problems import Problem
from serving.gateway.sessions import COOKIE, MAX_AGE, make_session
from serving.gateway.suggesters import Suggester
from serving.receipts import make_receipt, read_receipt
from serving.web.files import WebFile, load_files


@dataclass(slots=True)
class Api:
    """Answers requests; each method is an address.

    Attributes:
        suggester: what suggests.
        admission: who may ask.
        events: what keeps events; ``None`` where the shop keeps none.
        photos: what keeps photos of listings; ``None`` where the shop keeps no listings.
        is_draining: whether the process is about to stop.
    """

    suggester: Suggester
    admission: Admission
    events: Events | None = None
    photos: KeptPhotos | None = None
    is_draining: bool = False
    _bodies: BodyParser = field(default_factory=BodyParser)
    _files: dict[str, WebFile] = field(default_factory=load_files)

    async def home(self, request: Request) -> Response:
        """Answer with the page, and begin a session."""
        self.admission.check_rate(request)
        settings = self.admission.settings
        response = Response(
            self._files["/"].content, media_type=self._files["/"].media_type
        )
        response.set_cookie(
            COOKIE,
            make_session(settings.receipt_key),
            max_age=MAX_AGE,
            secure=is_encrypted(request, settings.http_proxies),
            httponly=True,
            samesite="strict",
        )
        return response

    @property
    def keeps_listings(self) -> bool:
        """Whether the shop wants listings with their outcomes, for training."""
        return self.photos is not None

    @property
    def file_paths(self) -> list[str]:
        """Addresses of the files of the page, without the page itself."""
        return sorted(self._files.keys() - {"/"})

    async def file(self, request: Request) -> Response:
        """Answer with a file of the page."""
        return answer_file(self._files[request.url.path], request)

    async def suggest(self, request: Request) -> Response:
        """Suggest for a listing; the request is dropped when its client hangs up."""
        self.admission.check(request)
        began = time.perf_counter()
        client = self.admission.client_of(request)
        seller = self.admission.seller_of(request)
        listing, models = await self._bodies.read_listing(request, client, seller)
        policy = self._policy_of(listing)
        # Sellers of another policy would not see what the variant shows.
        work = self.suggester.suggest(listing, models, policy == GREEDY)
        suggestions = await while_connected(request, work)
        key = self.admission.settings.receipt_key[0]
        presentation = present(suggestions, listing, policy, key)

        metrics.SUGGESTIONS.labels(policy).inc()
        request_id = request_ids.current()
        shown = to_shown(
            presentation,
            listing,
            request_id,
            latency=time.perf_counter() - began,
            time=datetime.now(UTC),
        )
        receipt = make_receipt(shown, self.admission.settings.receipt_key)
        return JSONResponse(
            to_answer(presentation, request_id, receipt, self.keeps_listings)
        )

    async def shown(self, request: Request) -> Response:
        """Keep that suggestions were on the screen."""
        self.admission.check(request)
        body = await self._bodies.read_shown(request)
        shown = read_receipt(body.receipt, self.admission.settings.receipt_key)
        return await self._keep([to_rendered(shown, body.listing, datetime.now(UTC))])

    async def outcomes(self, request: Request) -> Response:
        """Keep what became of suggestions, and the listing where the shop keeps listings."""
        self.admission.check(request)
        body, photos = await self._bodies.read_outcomes(request, self.keeps_listings)
        shown = read_receipt(body.receipt, self.admission.settings.receipt_key)
        now = datetime.now(UTC)
        events = to_events(shown, body, now)
        listing = to_kept_listing(shown, body, now) if self.photos else None
        if self.photos and listing:
            listing = await self.photos.add_to(listing, photos)
        return await self._keep(events, [listing] if listing else [])

    async def healthz(self, request: Request) -> Response:
        """Tell that the process lives."""
        return JSONResponse({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Tell whether suggestions can be had."""
        if self.is_draining or not await self.suggester.is_ready():
            raise Problem(503, "there are no suggestions at the moment")
        return JSONResponse({"status": "ready"})

    def _policy_of(self, listing: Listing) -> str:
        """Return how suggestions are shown to the seller of a listing."""
        settings = self.admission.settings
        return policy_of(
            listing.seller_id or "", settings.exploration, settings.holdout
        )

    async def _keep(
        self, events: Sequence[Event], listings: Sequence[KeptListing] = ()
    ) -> Response:
        if self.events is None:
            return JSONResponse({"stored": 0}, 202)
        try:
            # A browser that leaves the page has sent what it had to say.
            await asyncio.shield(self.events.append([*events, *listings]))
        except UnavailableError:
            _count("lost", events, listings)
            raise
        _count("kept", events, listings)
        return JSONResponse({"stored": len(events)}, 202)


def _count(
    result: str, events: Sequence[Event], listings: Sequence[KeptListing]
) -> None:
    metrics.EVENTS.labels(result).inc(len(events))
    metrics.LISTINGS.labels(result).inc(len(listings))
