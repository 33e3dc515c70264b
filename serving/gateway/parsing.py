"""What requests say: their bodies as objects, from JSON or from a form with photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from common.listing import Listing, Photo
from serving.gateway.bodies import Form, FormReader, media_type, read_json
from serving.gateway.photo_cache import PhotoCache
from serving.gateway.problems import Problem
from serving.gateway.schemas import ListingBody, OutcomesBody, ShownBody, SuggestBody

FORM = "multipart/form-data"
SUGGEST_TEXTS = ("listing", "models", "photo_ids")

Body = TypeVar("Body", bound=BaseModel)


class BodyParser:
    """Reads and checks bodies; each method raises ``Problem`` for one that is refused."""

    def __init__(self) -> None:
        """Count the forms that are read from now on, which are limited."""
        self._forms = FormReader()
        self._cache = PhotoCache()

    async def read_listing(
        self, request: Request, client: str, seller: str
    ) -> tuple[Listing, list[str]]:
        """Return the listing of a request with its photos, and the models that are asked.

        Photos may be named that the same ``client`` has sent before.
        """
        form = None
        if media_type(request) == FORM:
            form = await self._forms.read(request, SUGGEST_TEXTS)
            body = _to_suggest_body(form)
        else:
            body = _parse(SuggestBody, await read_json(request))

        photos = form.photos if form else ()
        if body.photo_ids:
            sent = _by_id(form, body.photo_ids) if form else {}
            photos = self._cache.resolve(client, body.photo_ids, sent)
        listing = Listing(
            **body.listing.model_dump(),
            photos=tuple(Photo(data=data) for data in photos),
            seller_id=seller or None,
        )
        return listing, body.models

    async def read_shown(self, request: Request) -> ShownBody:
        """Return what a request says of suggestions that were on the screen."""
        return _parse(ShownBody, await read_json(request))

    async def read_outcomes(
        self, request: Request, keeps_photos: bool
    ) -> tuple[OutcomesBody, tuple[bytes, ...]]:
        """Return the outcomes of a request, and its photos, which are dropped unless kept."""
        if media_type(request) != FORM:
            return _parse(OutcomesBody, await read_json(request)), ()
        form = await self._forms.read(request, ("outcomes",), keeps_photos)
        return _parse(OutcomesBody, _text(form, "outcomes")), form.photos


def _to_suggest_body(form: Form) -> SuggestBody:
    listing = _parse(ListingBody, _text(form, "listing"))
    models = [name for name in form.fields.get("models", "").split(",") if name]
    body = {"listing": listing, "models": models}
    if "photo_ids" in form.fields:
        body["photo_ids"] = form.fields["photo_ids"].split(",")
    try:
        return SuggestBody.model_validate(body)
    except ValidationError as error:
        raise _to_problem(error) from None


def _by_id(form: Form, photo_ids: Sequence[str]) -> Mapping[str, bytes]:
    """Return the photos that a form has, by their ids, which are their file names."""
    if not set(form.photo_names) <= set(photo_ids):
        raise Problem(422, "photos: the file name of each one is one of photo_ids")
    return dict(zip(form.photo_names, form.photos, strict=True))


def _text(form: Form, name: str) -> str:
    if name not in form.fields:
        raise Problem(422, f"{name}: the form lacks it, a JSON object")
    return form.fields[name]


def _parse(kind: type[Body], text: str | bytes) -> Body:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise _to_problem(error) from None


def _to_problem(error: ValidationError) -> Problem:
    """Return a problem that names the first key that is wrong, not its value."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Problem(400, "the body is no JSON object in UTF-8")
    where = ".".join(str(part)[:40] for part in first["loc"]) or "the body"
    return Problem(422, f"{where}: {first['msg']}")
