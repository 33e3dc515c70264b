"""The boundary of every request: exceptions become status codes, and one line is logged.

No log line ever contains what a seller wrote.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import traceback
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from common.errors import (
    ArtifactError,
    InputError,
    OverloadError,
    UnavailableError,
)
from serving import metrics, retry_info
from serving.logs import Sampler, log

LOG = logging.getLogger(__name__)

METHOD_PREFIX = "/listing.v1."
"""Prefix of our own methods; health and reflection have others."""

STATUS_CODES: tuple[tuple[type[BaseException], grpc.StatusCode], ...] = (
    (InputError, grpc.StatusCode.INVALID_ARGUMENT),
    (ArtifactError, grpc.StatusCode.FAILED_PRECONDITION),
    (OverloadError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (UnavailableError, grpc.StatusCode.UNAVAILABLE),
    (TimeoutError, grpc.StatusCode.DEADLINE_EXCEEDED),
)
"""Status code of each expected exception; any other exception is a bug, and INTERNAL."""

_SAMPLER = Sampler()

MAX_LOGGED_MODELS = 20
MAX_LOGGED_CHARACTERS = 40

ServicerContext: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Method = Callable[[Any, ServicerContext], Awaitable[Any]]
StreamMethod = Callable[[AsyncIterator[Any], ServicerContext], AsyncIterator[Any]]


class BoundaryInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every method of ours; health and reflection pass untouched."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Return the handler of a method, wrapped where it is one of ours."""
        handler = await continuation(handler_call_details)
        name = handler_call_details.method
        if handler is None or not name.startswith(METHOD_PREFIX):
            return handler

        short_name = name.rpartition("/")[2]
        serializers = {
            "request_deserializer": _lenient(handler.request_deserializer),
            "response_serializer": handler.response_serializer,
        }
        if handler.stream_stream:
            return grpc.stream_stream_rpc_method_handler(
                _wrap_stream(handler.stream_stream, short_name), **serializers
            )
        return grpc.unary_unary_rpc_method_handler(
            _wrap(handler.unary_unary, short_name), **serializers
        )


def not_a_message() -> InputError:
    """Return the error of a request whose bytes are no message."""
    return InputError("the request is no message of listing.v1, or its text no UTF-8")


def report_bug(error: BaseException, where: str) -> str:
    """Log an unexpected exception with its traceback; return the short id of the log line.

    The exception's message is not logged: it could quote what a seller wrote.
    """
    number = uuid.uuid4().hex[:8]
    frames = _format_frames(error)
    kind = type(error).__name__
    log(LOG, logging.ERROR, "bug", id=number, where=where, type=kind, traceback=frames)
    return number


def _lenient(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Return None for bytes that are no message: grpc's own error would name no argument."""

    def deserialize_or_none(data: bytes) -> Any:
        """Return the message, or None."""
        try:
            return deserialize(data)
        except DecodeError:
            return None

    return deserialize_or_none


def _wrap(method: Method, name: str) -> Method:
    async def wrapped(request: Any, context: ServicerContext) -> Any:
        """Answer the request, set the status of an error, and log one line."""
        start = time.perf_counter()
        status, response = "CANCELLED", None

        try:
            if request is None:
                raise not_a_message()
            response = await method(request, context)
            status = "OK"
            return response
        except asyncio.CancelledError:
            raise  # the client hung up: there is nobody to send a status to
        except Exception as error:
            code, message = _to_status(error, name)
            status = code.name
            await _abort(context, error, code, message)
        finally:
            seconds = time.perf_counter() - start
            metrics.count_request(name, status, seconds)
            _log_request(name, request, response, seconds, status)

    return wrapped


def _wrap_stream(method: StreamMethod, name: str) -> StreamMethod:
    async def wrapped(
        requests: AsyncIterator[Any], context: ServicerContext
    ) -> AsyncIterator[Any]:
        """Answer a stream of requests, set the status of an error, and log one line."""
        start = time.perf_counter()
        status, n_answers = "CANCELLED", 0

        try:
            async for response in method(requests, context):
                n_answers += 1
                yield response
            status = "OK"
        except asyncio.CancelledError:
            raise
        except Exception as error:
            code, message = _to_status(error, name)
            status = code.name
            await _abort(context, error, code, message)
        finally:
            seconds = time.perf_counter() - start
            metrics.count_request(name, status, seconds)
            fields = {"answers": n_answers, "seconds": round(seconds, 1)}
            log(LOG, logging.INFO, "stream", method=name, status=status, **fields)

    return wrapped


async def _abort(
    context: ServicerContext, error: Exception, code: grpc.StatusCode, message: str
) -> None:
    """End the request with a status; a client that is refused is told when to ask again."""
    if isinstance(error, OverloadError):
        metadata = retry_info.to_metadata(message, error.retry_after)
        context.set_trailing_metadata(metadata)
    await context.abort(code, message)


def _to_status(error: Exception, where: str) -> tuple[grpc.StatusCode, str]:
    for kind, code in STATUS_CODES:
        if isinstance(error, kind):
            return code, str(error) or "the deadline has passed"
    return grpc.StatusCode.INTERNAL, f"a bug, logged as {report_bug(error, where)}"


def _log_request(
    name: str, request: Any, response: Any, seconds: float, status: str
) -> None:
    """Log a request; of those that went well only a few a second."""
    went_well = status == "OK" and not getattr(response, "missing", None)
    skipped = _SAMPLER.choose() if went_well else 0
    if skipped is None:
        return

    fields = _describe(request, response)
    if skipped:
        fields["skipped"] = skipped
    milliseconds = round(1000 * seconds, 1)
    log(
        LOG,
        logging.INFO,
        "request",
        method=name,
        status=status,
        ms=milliseconds,
        **fields,
    )


def _describe(request: Any, response: Any) -> dict[str, Any]:
    """Requested models, number of listings, and models without an answer, of either service."""
    if request is None:  # bytes that were no message
        return {}
    if hasattr(request, "listings"):
        models = [_loggable(request.model)] if request.model else []
        return {"models": models, "listings": len(request.listings)}

    models = list(map(_loggable, request.models[:MAX_LOGGED_MODELS]))
    missing = sorted(response.missing) if response is not None else []
    return {"models": models, "listings": 1, "missing": missing}


def _loggable(word: str) -> str:
    """Make a client's word harmless for a log: no blanks, no line breaks, not long."""
    return re.sub(r"[^\w.-]", "?", word)[:MAX_LOGGED_CHARACTERS]


def _format_frames(error: BaseException) -> list[str]:
    """Format a traceback, innermost frame last; positions in the code only."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
