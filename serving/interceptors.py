"""The boundary of every request: exceptions become status codes, and one line is logged.

No log line ever contains what a seller wrote.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, TypeAlias

import grpc
from google.protobuf.message import DecodeError

from common.errors import (
    ArtifactError,
    InputError,
    OverloadError,
    UnavailableError,
)
from serving import metrics, request_ids, retry_info, tracing
from serving.bugs import report_bug
from serving.logs import log
from serving.request_log import describe_response, log_request
from serving.tracing import NO_TRACER, Tracer

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

ServicerContext: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Metadata = Iterable[Any]
Method = Callable[[Any, ServicerContext], Awaitable[Any]]
StreamMethod = Callable[[AsyncIterator[Any], ServicerContext], AsyncIterator[Any]]


class BoundaryInterceptor(grpc.aio.ServerInterceptor):
    """Wraps every method of ours; health and reflection pass untouched."""

    def __init__(self, tracer: Tracer = NO_TRACER) -> None:
        """Trace requests by ``tracer``."""
        self._tracer = tracer

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

        short_name = method_name(name)
        metadata = handler_call_details.invocation_metadata or ()
        serializers = {
            "request_deserializer": _lenient(handler.request_deserializer),
            "response_serializer": handler.response_serializer,
        }
        if handler.stream_stream:
            return grpc.stream_stream_rpc_method_handler(
                _wrap_stream(handler.stream_stream, short_name, metadata, self._tracer),
                **serializers,
            )
        return grpc.unary_unary_rpc_method_handler(
            _wrap(handler.unary_unary, short_name, metadata, self._tracer),
            **serializers,
        )


def method_name(full_name: str) -> str:
    """Return the name of a method alone: ``Suggest`` for ``/listing.v1.Suggester/Suggest``."""
    return full_name.rpartition("/")[2]


def not_a_message() -> InputError:
    """Return the error of a request whose bytes are no message."""
    return InputError("the request is no message of listing.v1, or its text no UTF-8")


def _lenient(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Return None for bytes that are no message: grpc's own error would name no argument."""

    def deserialize_or_none(data: bytes) -> Any:
        """Return the message, or None."""
        try:
            return deserialize(data)
        except DecodeError:
            return None

    return deserialize_or_none


def _wrap(method: Method, name: str, metadata: Metadata, tracer: Tracer) -> Method:
    async def wrapped(request: Any, context: ServicerContext) -> Any:
        """Answer the request, set the status of an error, and log one line."""
        start = time.perf_counter()
        status, response = "CANCELLED", None
        request_ids.begin(metadata)
        span = tracing.begin(tracer, name, metadata)
        context.set_trailing_metadata(request_ids.to_metadata())

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
            log_request(name, request, response, seconds, status)
            span.end(
                status, **(describe_response(response) if span.is_recorded else {})
            )

    return wrapped


def _wrap_stream(
    method: StreamMethod, name: str, metadata: Metadata, tracer: Tracer
) -> StreamMethod:
    async def wrapped(
        requests: AsyncIterator[Any], context: ServicerContext
    ) -> AsyncIterator[Any]:
        """Answer a stream of requests, set the status of an error, and log one line."""
        start = time.perf_counter()
        status, n_answers = "CANCELLED", 0
        request_ids.begin(metadata)
        span = tracing.begin(tracer, name, metadata)
        context.set_trailing_metadata(request_ids.to_metadata())

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
            span.end(status, answers=n_answers)

    return wrapped


async def _abort(
    context: ServicerContext, error: Exception, code: grpc.StatusCode, message: str
) -> None:
    """End the request with a status; a client that is refused is told when to ask again."""
    if isinstance(error, OverloadError):
        metadata = retry_info.to_metadata(message, error.retry_after)
        context.set_trailing_metadata((*request_ids.to_metadata(), *metadata))
    await context.abort(code, message)


def _to_status(error: Exception, where: str) -> tuple[grpc.StatusCode, str]:
    for kind, code in STATUS_CODES:
        if isinstance(error, kind):
            return code, str(error) or "the deadline has passed"
    return grpc.StatusCode.INTERNAL, f"a bug, logged as {report_bug(error, where)}"
