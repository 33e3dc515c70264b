"""Bugs go to Sentry where there is a DSN: types and places in the code, and no text.

An exception's message may quote what a seller wrote, and so may variables, log lines and requests.
``sentry_sdk`` is imported only where there is a DSN.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from common.errors import InputError
from serving import request_ids

FLUSH_SECONDS = 2.0

EVENT_KEYS = (
    "event_id", "timestamp", "level", "platform", "exception", "tags",
    "release", "environment", "server_name", "sdk",
)  # fmt: skip
EXCEPTION_KEYS = ("type", "module", "stacktrace")
FRAME_KEYS = ("filename", "abs_path", "function", "module", "lineno", "in_app")
"""What is sent; all else is dropped, also what later versions of the library may add."""


def check(dsn: str) -> None:
    """Raise ``InputError`` for a DSN that is none; the message does not quote it."""
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(dsn)
    except BadDsn:
        raise InputError(
            "LISTREC_SENTRY_DSN is no DSN, such as https://KEY@sentry.example.com/1"
        ) from None


def start(dsn: str, release: str) -> None:
    """Send the bugs of this process from now on; ``release`` is what it serves first."""
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        release=release,
        before_send=_keep_places,
        # They collect log lines, arguments and requests.
        default_integrations=False,
        auto_enabling_integrations=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def mark_served(release: str) -> None:
    """State which release this process serves from now on."""
    if sentry_sdk := _started():
        sentry_sdk.get_client().options["release"] = release


def send(error: BaseException, number: str, where: str, release: str = "") -> None:
    """Send a bug with its number, if this process has started to send.

    ``release`` is the one that has failed, by default the one that is served.
    """
    sentry_sdk = _started()
    if not sentry_sdk:
        return
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("bug", number)
        scope.set_tag("request_id", request_ids.current())
        scope.set_tag("where", where)
        if release:
            scope.add_event_processor(lambda event, _: event | {"release": release})
        scope.capture_exception(error)


def stop() -> None:
    """Send what is left, and nothing afterwards."""
    import sentry_sdk

    sentry_sdk.get_client().close(timeout=FLUSH_SECONDS)
    sentry_sdk.get_global_scope().set_client(None)


def _started() -> Any:
    """Return the library if this process has started to send."""
    sentry_sdk: Any = sys.modules.get("sentry_sdk")
    return sentry_sdk if sentry_sdk and sentry_sdk.is_initialized() else None


def _keep_places(event: Any, _hint: Any) -> Any:
    """Return an event with the types of its exceptions and their places in the code."""
    kept = _keep(event, EVENT_KEYS)
    exceptions = event.get("exception", {}).get("values", [])
    kept["exception"] = {"values": [_keep_frames(each) for each in exceptions]}
    return kept


def _keep_frames(exception: Mapping[str, Any]) -> dict[str, Any]:
    kept = _keep(exception, EXCEPTION_KEYS)
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    kept["stacktrace"] = {"frames": [_keep(frame, FRAME_KEYS) for frame in frames]}
    return kept


def _keep(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}
