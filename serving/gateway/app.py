"""The gateway as an application of ASGI: its addresses, their description, and what wraps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.types import ASGIApp

from common.photos.limits import LIMITS
from serving import request_ids
from serving.gateway import schemas
from serving.gateway.api import Api
from serving.gateway.boundary import Boundary
from serving.gateway.parsing import FORM
from serving.gateway.problems import MEDIA_TYPE, answer_problems
from serving.gateway.schemas import PHOTO_ID
from serving.gateway.sessions import COOKIE

VERSION = "1"

OF_BODIES = (400, 401, 408, 413, 415, 422, 429, 503)
"""Statuses of an address that takes a body, beside 200."""

Responses: TypeAlias = dict[int | str, dict[str, Any]]

REFERENCE = "#/components/schemas/"


def make_app(api: Api) -> ASGIApp:
    """Return the application that answers by ``api``."""
    app = FastAPI(
        title="listing-recommender",
        version=VERSION,
        docs_url=None,  # they load scripts of other sites
        redoc_url=None,
    )
    _add_routes(app, api)
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign]
    answer_problems(app)
    if origins := api.admission.settings.http_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["POST"],
            allow_headers=["authorization", "content-type"],
            expose_headers=[request_ids.KEY, "retry-after"],
        )
    return Boundary(app)


def _add_routes(app: FastAPI, api: Api) -> None:
    add = app.add_api_route
    add(
        "/v1/suggest",
        api.suggest,
        methods=["POST"],
        responses=_answers(200, "SuggestAnswer", (*OF_BODIES, 409, 504)),
        openapi_extra=_body("SuggestBody", _suggest_form()) | _security(),
    )
    add(
        "/v1/shown",
        api.shown,
        methods=["POST"],
        status_code=202,
        responses=_answers(202, "StoredAnswer", (*OF_BODIES, 403)),
        openapi_extra=_body("ShownBody") | _security(),
    )
    add(
        "/v1/outcomes",
        api.outcomes,
        methods=["POST"],
        status_code=202,
        responses=_answers(202, "StoredAnswer", (*OF_BODIES, 403)),
        openapi_extra=_body("OutcomesBody", _outcomes_form()) | _security(),
    )
    page: Responses = {200: {"content": {"text/html": {}}, "description": "The page."}}
    add("/", api.home, methods=["GET"], responses=page | _problems((429,)))
    for path in api.file_paths:
        add(path, api.file, methods=["GET"], include_in_schema=False)
    status: Responses = {
        200: {"content": {"application/json": {}}, "description": "Yes."}
    }
    add("/healthz", api.healthz, methods=["GET"], responses=status)
    add("/readyz", api.readyz, methods=["GET"], responses=status | _problems((503,)))


def _answers(status: int, name: str, problems: Sequence[int]) -> Responses:
    answer = {"content": _json(name), "description": "The answer."}
    return {status: answer} | _problems(problems)


def _problems(statuses: Sequence[int]) -> Responses:
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{REFERENCE}ProblemAnswer"}}}
    return {
        status: {"content": content, "description": "A problem."} for status in statuses
    }


def _body(name: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
    """A body of JSON, which may be a form with photos instead."""
    content = _json(name) | ({FORM: form} if form else {})
    return {"requestBody": {"required": True, "content": content}}


def _suggest_form() -> dict[str, Any]:
    return _form(
        "listing",
        "ListingBody",
        models={"type": "string", "description": "separated by commas"},
        photo_ids={
            "type": "string",
            "pattern": f"^{PHOTO_ID}(,{PHOTO_ID}){{0,{LIMITS.max_photos - 1}}}$",
            "description": "ids of all photos in order, separated by commas. Parts of the form are"
            " those that were not sent before; the file name of each is its id",
        },
    )


def _outcomes_form() -> dict[str, Any]:
    return _form("outcomes", "OutcomesBody")


def _form(part: str, name: str, **texts: dict[str, Any]) -> dict[str, Any]:
    """A form with a part of JSON, other texts, and photos."""
    return {
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                part: {"$ref": f"{REFERENCE}{name}"},
                **texts,
                "photos": {
                    "type": "array",
                    "maxItems": LIMITS.max_photos,
                    "items": {"type": "string", "format": "binary"},
                },
            },
            "required": [part],
        },
        "encoding": {part: {"contentType": "application/json"}},
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"{REFERENCE}{name}"}}}


def _security() -> dict[str, Any]:
    return {"security": [{"session": []}, {"token": []}]}


def _describe(app: FastAPI) -> dict[str, Any]:
    """Return the description by OpenAPI, with the schemas that the routes refer to."""
    description = get_openapi(title=app.title, version=app.version, routes=app.routes)
    named = (
        schemas.SuggestBody,
        schemas.ShownBody,
        schemas.OutcomesBody,
        schemas.SuggestAnswer,
        schemas.StoredAnswer,
        schemas.ProblemAnswer,
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in named],
        ref_template=REFERENCE + "{model}",
    )
    description["components"] = {
        "schemas": definitions["$defs"],
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            "token": {"type": "http", "scheme": "bearer"},
        },
    }
    return description
