"""Traces by OpenTelemetry, exported over OTLP as the ``OTEL_*`` variables say.

OpenTelemetry's own instrumentation of gRPC costs more where few requests are sampled, and knows
neither queue nor batch. Import this only where traces are wanted, and after a fork: the exporter
has a thread. docs/monitoring.md has the cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    SpanKind,
    Status,
    StatusCode,
    set_span_in_context,
)
from opentelemetry.trace import Span as SdkSpan
from opentelemetry.trace import Tracer as SdkTracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from serving import request_ids, tracing

DEFAULT_SERVICE = "listrec"
"""Name of the service where ``OTEL_SERVICE_NAME`` does not say another."""

PROPAGATION = TraceContextTextMapPropagator()
"""``traceparent`` and ``tracestate`` (W3C Trace Context)."""

FAULTS = frozenset(
    ("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE")
)
"""Statuses that are errors of a server by OpenTelemetry's conventions for gRPC."""


class OpenTelemetryTracer:
    """Records spans, and exports them from a thread of its own."""

    def __init__(self) -> None:
        """Read endpoint, sampler and names from the ``OTEL_*`` variables."""
        resource = Resource({SERVICE_NAME: DEFAULT_SERVICE})
        self._provider = TracerProvider(
            resource=resource.merge(OTELResourceDetector().detect())
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("serving")

    def begin(self, method: str, metadata: Iterable[Any]) -> tracing.Span:
        """Begin the span of a request; a trace in its metadata is continued."""
        carrier = {key: value for key, value in metadata if key in PROPAGATION.fields}
        context = PROPAGATION.extract(carrier, Context()) if carrier else Context()
        attributes = {"listrec.request_id": request_ids.current()}
        span = self._tracer.start_span(method, context, SpanKind.SERVER, attributes)
        return _Span(self._tracer, span, span.is_recording())

    def close(self) -> None:
        """Export what is left."""
        self._provider.shutdown()


@dataclass(frozen=True, slots=True)
class _Span:
    """A span of OpenTelemetry as servers know it."""

    tracer: SdkTracer
    span: SdkSpan
    is_recorded: bool

    def child(
        self, name: str, is_call: bool = False, linked: Sequence[tracing.Span] = ()
    ) -> tracing.Span:
        """Begin a step of this step; this span itself where it was not sampled."""
        if not self.is_recorded:
            return self
        links = [
            Link(other.span.get_span_context())
            for other in linked
            if isinstance(other, _Span)
        ]
        context = set_span_in_context(self.span, Context())
        kind = SpanKind.CLIENT if is_call else SpanKind.INTERNAL
        span = self.tracer.start_span(name, context, kind, links=links)
        return _Span(self.tracer, span, True)

    def to_metadata(self) -> tracing.Metadata:
        """Return the metadata that continue the trace; not sampled here is not sampled there."""
        carrier: dict[str, str] = {}
        PROPAGATION.inject(carrier, set_span_in_context(self.span, Context()))
        return tuple(carrier.items())

    def end(self, status: str, **attributes: Any) -> None:
        """End the step with the name of a gRPC status."""
        if not self.is_recorded:
            return
        own = {f"listrec.{name}": value for name, value in attributes.items()}
        code = grpc.StatusCode[status].value[0]
        self.span.set_attributes({"rpc.grpc.status_code": code, **own})
        if status in FAULTS:
            self.span.set_status(Status(StatusCode.ERROR))
        self.span.end()
