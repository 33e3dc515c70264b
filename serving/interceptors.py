"""The edge of every request: errors become status codes, and one line is logged.

No log line ever holds what a seller wrote.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from common.errors import ArtifactError, InputError, UnavailableError

LOG = logging.getLogger(__name__)

OURS = "/listing.v1."

CODES: tuple[tuple[type[BaseException], grpc.StatusCode], ...] = (
    (InputError, grpc.StatusCode.INVALID_ARGUMENT),
    (ArtifactError, grpc.StatusCode.FAILED_PRECONDITION),
    (UnavailableError, grpc.StatusCode.UNAVAILABLE),
    (TimeoutError, grpc.StatusCode.DEADLINE_EXCEEDED),
)
"""Which status an exception becomes; anything else is a bug, and INTERNAL."""

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Method = Callable[[Any, Context], Awaitable[Any]]


class Boundary(grpc.aio.ServerInterceptor):
    """Wraps every method of ours; health and reflection pass untouched."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler = await continuation(handler_call_details)
        name = handler_call_details.method
        if handler is None or not name.startswith(OURS):
            return handler
        return grpc.unary_unary_rpc_method_handler(
            _guard(handler.unary_unary, name.rpartition("/")[2]),
            request_deserializer=_reader(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )


def report_bug(error: BaseException, where: str) -> str:
    """Log an unexpected error with its traceback; return the short id it is logged under.

    The error's message is left out: it could quote what a seller wrote.
    """
    number = uuid.uuid4().hex[:8]
    frames = _frames(error)
    LOG.error("bug=%s where=%r type=%s traceback=%s", number, where, type(error).__name__, frames)
    return number


def _reader(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Read a message, or nothing: what grpc itself would say names no argument."""

    def read(data: bytes) -> Any:
        try:
            return deserialize(data)
        except DecodeError:
            return None

    return read


def _guard(method: Method, name: str) -> Method:
    async def guarded(request: Any, context: Context) -> Any:
        start = time.perf_counter()
        status, response = "CANCELLED", None
        try:
            if request is None:
                raise InputError("the request is no message of listing.v1, or its text no UTF-8")
            response = await method(request, context)
            status = "OK"
            return response
        except asyncio.CancelledError:
            raise
        except Exception as error:
            code, message = _explain(error, name)
            status = code.name
            await context.abort(code, message)
        finally:
            milliseconds = 1000 * (time.perf_counter() - start)
            line = "rpc=%s models=%s batch=%d ms=%.1f status=%s missing=%s"
            models, batch, missing = _describe(request, response)
            LOG.info(line, name, models, batch, milliseconds, status, missing)

    return guarded


def _explain(error: Exception, where: str) -> tuple[grpc.StatusCode, str]:
    for kind, code in CODES:
        if isinstance(error, kind):
            return code, str(error) or "the deadline has passed"
    return grpc.StatusCode.INTERNAL, f"a bug, logged as {report_bug(error, where)}"


def _describe(request: Any, response: Any) -> tuple[str, int, str]:
    """Models asked, size of the batch, and models that did not answer, of either service."""
    if request is None:
        return "-", 0, "-"
    if hasattr(request, "listings"):
        return _word(request.model) or "only", len(request.listings), "-"
    missing = ",".join(sorted(response.missing)) if response is not None else ""
    return ",".join(map(_word, request.models[:20])) or "all", 1, missing or "-"


def _word(name: str) -> str:
    """A client's word made harmless for a log: no blanks, no line breaks, not long."""
    return re.sub(r"[^\w.-]", "?", name)[:40]


def _frames(error: BaseException) -> str:
    """Where it happened, on one line, innermost last; code positions only."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
