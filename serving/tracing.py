"""Traces: the steps of a request and their times, across servers.

Here is what servers know of them; ``opentelemetry_traces`` records and exports them. Without it
spans do nothing and cost next to nothing. A span has ids, names and numbers, never a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Protocol

from common.errors import InputError

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Variables of OpenTelemetry that name where traces are exported to."""

PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
PROTOCOL = "http/protobuf"

Metadata = tuple[tuple[str, str], ...]


class Span(Protocol):
    """A step of a request."""

    @property
    def is_recorded(self) -> bool:
        """Whether somebody will see it."""

    def child(
        self, name: str, is_call: bool = False, linked: Sequence[Span] = ()
    ) -> Span:
        """Begin a step of this step, a call of another server with ``is_call``.

        ``linked`` are steps of other requests that it serves as well.
        """

    def to_metadata(self) -> Metadata:
        """Return the metadata by which a server that is called continues the trace."""

    def end(self, status: str, **attributes: Any) -> None:
        """End the step with the name of a gRPC status."""


class Tracer(Protocol):
    """Begins the traces of requests."""

    def begin(self, method: str, metadata: Iterable[Any]) -> Span:
        """Begin the span of a request; a trace in its metadata is continued."""

    def close(self) -> None:
        """Export what is left."""


class NoSpan:
    """The span where nothing is traced."""

    is_recorded = False

    def child(
        self, name: str, is_call: bool = False, linked: Sequence[Span] = ()
    ) -> Span:
        """Return this span."""
        return self

    def to_metadata(self) -> Metadata:
        """Return nothing."""
        return ()

    def end(self, status: str, **attributes: Any) -> None:
        """Do nothing."""


class NoTracer:
    """Traces nothing."""

    def begin(self, method: str, metadata: Iterable[Any]) -> Span:
        """Return a span that does nothing."""
        return NO_SPAN

    def close(self) -> None:
        """Do nothing."""


NO_SPAN = NoSpan()
NO_TRACER = NoTracer()

_CURRENT: ContextVar[Span] = ContextVar("span", default=NO_SPAN)


def current() -> Span:
    """Return the span of the request that this task is for."""
    return _CURRENT.get()


def begin(tracer: Tracer, method: str, metadata: Iterable[Any]) -> Span:
    """Begin the span of this task's request."""
    span = tracer.begin(method, metadata)
    _CURRENT.set(span)
    return span


def begin_shared(name: str, spans: Iterable[Span]) -> Span:
    """Begin a step that serves several requests: a step of the first one, linked to the others."""
    recorded = [span for span in spans if span.is_recorded]
    return recorded[0].child(name, linked=recorded[1:]) if recorded else NO_SPAN


def is_configured(environ: Mapping[str, str]) -> bool:
    """Tell whether the variables of OpenTelemetry name where traces are exported to.

    Raises ``InputError`` for a protocol that is not supported.
    """
    if not any(environ.get(variable) for variable in ENDPOINTS):
        return False
    for variable in PROTOCOLS:
        if environ.get(variable, PROTOCOL) != PROTOCOL:
            raise InputError(
                f"traces are exported by {PROTOCOL}, not by {environ[variable]!r}: leave {variable}"
                " out, and set the endpoint to the port for HTTP, often 4318"
            )
    return True
