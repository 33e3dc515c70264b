"""The addresses of the gateway: suggestions, and what sellers did with them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ValidationError

from common.errors import UnavailableError
from common.events import Event
from common.listing import Listing, Photo, Suggestions
from serving import request_ids
from serving.gateway import metrics
from serving.gateway.admission import Admission
from serving.gateway.answers import to_answer
from serving.gateway.bodies import FormReader, media_type, read_json
from serving.gateway.client_address import is_encrypted
from serving.gateway.disconnects import while_connected
from serving.gateway.events import Events, to_events, to_rendered, to_shown
from serving.gateway.page import answer_file
from serving.gateway.policies import Presentation, policy_of, present
from serving.gateway.problems import Problem
from serving.gateway.schemas import ListingBody, OutcomesBody, ShownBody, SuggestBody
from serving.gateway.sessions import COOKIE, MAX_AGE, make_session
from serving.gateway.suggesters import Suggester
from serving.receipts import make_receipt, read_receipt
from serving.web.files import WebFile, load_files

FORM = "multipart/form-data"

Body = TypeVar("Body", bound=BaseModel)


@dataclass(slots=True)
class Api:
    """Answers requests; each method is an address.

    Attributes:
        suggester: what suggests.
        admission: who may ask.
        events: what keeps events; ``None`` where the shop keeps none.
        is_draining: whether the process is about to stop.
    """

    suggester: Suggester
    admission: Admission
    events: Events | None = None
    is_draining: bool = False
    _forms: FormReader = field(default_factory=FormReader)
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
        seller = self.admission.seller_of(request)
        listing, models = await self._read_listing(request, seller)
        work = self.suggester.suggest(listing, models)
        presentation = self._present(await while_connected(request, work), listing)

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
            to_answer(presentation, request_id, receipt, keeps_listing=False)
        )

    async def shown(self, request: Request) -> Response:
        """Keep that suggestions were on the screen."""
        self.admission.check(request)
        body = _parse(ShownBody, await read_json(request))
        shown = read_receipt(body.receipt, self.admission.settings.receipt_key)
        return await self._keep([to_rendered(shown, body.listing, datetime.now(UTC))])

    async def outcomes(self, request: Request) -> Response:
        """Keep what became of suggestions."""
        self.admission.check(request)
        body = _parse(OutcomesBody, await read_json(request))
        shown = read_receipt(body.receipt, self.admission.settings.receipt_key)
        return await self._keep(to_events(shown, body, datetime.now(UTC)))

    async def healthz(self, request: Request) -> Response:
        """Tell that the process lives."""
        return JSONResponse({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """Tell whether suggestions can be had."""
        if self.is_draining or not await self.suggester.is_ready():
            raise Problem(503, "there are no suggestions at the moment")
        return JSONResponse({"status": "ready"})

    async def _read_listing(
        self, request: Request, seller: str
    ) -> tuple[Listing, list[str]]:
        """Return the listing of a request with its photos, and the models that are asked."""
        photos: tuple[bytes, ...] = ()
        if media_type(request) == FORM:
            form = await self._forms.read(request)
            photos = form.photos
            if "listing" not in form.fields:
                raise Problem(422, "listing: the form lacks it, a JSON object")
            listing = _parse(ListingBody, form.fields["listing"])
            models = [name for name in form.fields.get("models", "").split(",") if name]
        else:
            body = _parse(SuggestBody, await read_json(request))
            listing, models = body.listing, body.models
        return (
            Listing(
                **listing.model_dump(),
                photos=tuple(Photo(data=data) for data in photos),
                seller_id=seller or None,
            ),
            models,
        )

    def _present(self, suggestions: Suggestions, listing: Listing) -> Presentation:
        """Return how suggestions are shown to the seller of a listing."""
        settings = self.admission.settings
        policy = policy_of(
            listing.seller_id or "", settings.exploration, settings.holdout
        )
        metrics.SUGGESTIONS.labels(policy).inc()
        return present(suggestions, listing, policy, settings.receipt_key[0])

    async def _keep(self, events: list[Event]) -> Response:
        if self.events is None:
            return JSONResponse({"stored": 0}, 202)
        try:
            # A browser that leaves the page has sent what it had to say.
            await asyncio.shield(self.events.append(events))
        except UnavailableError:
            metrics.EVENTS.labels("lost").inc(len(events))
            raise
        metrics.EVENTS.labels("kept").inc(len(events))
        return JSONResponse({"stored": len(events)}, 202)


def _parse(kind: type[Body], text: str | bytes) -> Body:
    """Return a body; raise ``Problem`` that names the first key that is wrong, not its value."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        raise Problem(400, "the body is no JSON object in UTF-8")
    where = ".".join(str(part)[:40] for part in first["loc"]) or "the body"
    raise Problem(422, f"{where}: {first['msg']}")
