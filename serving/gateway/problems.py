"""Errors as ``application/problem+json`` (RFC 9457), those of the framework too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from common.errors import (
    ArtifactError,
    InputError,
    OverloadError,
    ReceiptError,
    UnavailableError,
)
from serving.bugs import report_bug

MEDIA_TYPE = "application/problem+json"

CLIENT_GONE = 499
"""Status of a request whose client has hung up, in log and metrics; nginx uses the same one."""

REASON = "listrec.reason"
"""Key of a request's scope with the sentence of a failure of the service, for the log."""

STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (ReceiptError, 403),
    (InputError, 422),
    (ArtifactError, 503),
    (UnavailableError, 503),
    (TimeoutError, 504),
)
"""Status of each expected exception; any other exception is a bug, and 500."""


class Problem(Exception):  # noqa: N818
    """A request that is refused, with the status of the answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        """Refuse with a sentence that tells how to go on, and further members for programs."""
        super().__init__(detail)
        self.status = status
        self.headers = headers
        self.members = members


def answer_problems(app: FastAPI) -> None:
    """Have an application answer every exception with a problem."""
    for kind in (Problem, RequestValidationError, HTTPException, ClientDisconnect):
        app.add_exception_handler(kind, _answer)
    # Of these the middleware of errors would send a text.
    for error, _ in STATUSES:
        app.add_exception_handler(error, _answer)
    app.add_exception_handler(Exception, _answer)


def to_response(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return the answer with a problem, and its further members."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **(members or {}),
    }
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def retry_after(seconds: float) -> dict[str, str]:
    """Return the header that tells when to ask again, in whole seconds."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}


async def _answer(request: Request, error: Any) -> Response:
    """Return the answer to a request that has ended with an exception."""
    if isinstance(error, ClientDisconnect):
        return Response(status_code=CLIENT_GONE)
    if isinstance(error, Problem):
        return to_response(error.status, str(error), error.headers, error.members)
    if isinstance(error, HTTPException):
        return to_response(error.status_code, _explain(error), error.headers)
    if isinstance(error, RequestValidationError):
        return to_response(422, "the request has a parameter that is not known here")

    headers = None
    if isinstance(error, OverloadError):
        headers = retry_after(error.retry_after)
    for kind, status in STATUSES:
        if isinstance(error, kind):
            detail = str(error) or "there was no answer in time"
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                request.scope[REASON] = detail
            return to_response(status, detail, headers)
    return to_response(500, f"a bug, logged as {report_bug(error, 'the gateway')}")


def _explain(error: HTTPException) -> str:
    """Return a sentence about an error of the framework."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return (
            "there is nothing at this address: /openapi.json lists those that there are"
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return "this address has other methods: the header Allow lists them"
    return str(error.detail)
