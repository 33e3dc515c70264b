"""What a process sends to others about itself: traces, and bugs to Sentry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from common.errors import InputError
from serving import sentry
from serving.settings import ServingSettings
from serving.tracing import NO_TRACER, Tracer


def check(settings: ServingSettings) -> None:
    """Raise ``InputError`` for a DSN that is none, and for packages that are not installed."""
    needed = {"opentelemetry.sdk": settings.traces, "sentry_sdk": settings.sentry_dsn}
    for package, is_needed in needed.items():
        if is_needed and not _is_installed(package):
            raise InputError(
                f"{package} is not installed: pip install '.[observability]', or leave"
                " OTEL_EXPORTER_OTLP_ENDPOINT and SENTRY_DSN out"
            )
    if settings.sentry_dsn:
        sentry.check(settings.sentry_dsn)


@contextmanager
def started(settings: ServingSettings, release: str) -> Iterator[Tracer]:
    """Send traces and bugs of this process meanwhile, and what is left at the end.

    Nothing is imported for what the settings do not ask for.
    """
    tracer: Tracer = NO_TRACER
    if settings.traces:
        from serving.opentelemetry_traces import OpenTelemetryTracer

        tracer = OpenTelemetryTracer()
    if settings.sentry_dsn:
        sentry.start(settings.sentry_dsn, release)
    try:
        yield tracer
    finally:
        tracer.close()
        if settings.sentry_dsn:
            sentry.stop()


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # the package above it
        return False
