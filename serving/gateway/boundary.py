"""The boundary of every request over HTTP: its id, the headers of its answer, one line of the log.

Nothing that a seller wrote is logged: not even an address that does not exist.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import request_ids
from serving.bugs import report_bug
from serving.gateway import metrics
from serving.gateway.problems import CLIENT_GONE, REASON
from serving.logs import Sampler, log
from serving.web.files import CONTENT_SECURITY_POLICY

LOG = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
}
"""Headers of every answer, after OWASP's list for pages that load nothing from other sites."""


class Boundary:
    """Wraps an application."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app
        self._answered, self._refused = Sampler(), Sampler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        start = time.perf_counter()
        status = 0
        has_body_left = _has_body(scope)
        request_ids.begin(())

        async def receive_body() -> Message:
            """Receive a part of the request."""
            nonlocal has_body_left
            message = await receive()
            has_body_left = message.get("more_body", False)
            return message

        async def send_with_headers(message: Message) -> None:
            """Send a part of the answer."""
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, closes=has_body_left)
            await send(message)

        try:
            await self._app(scope, receive_body, send_with_headers)
        except Exception as error:
            # The framework raises a bug again that was answered and reported.
            if not status:
                report_bug(error, "the gateway")
                raise
        finally:
            seconds = time.perf_counter() - start
            route = _route(scope)
            metrics.count(route, status or CLIENT_GONE, seconds)
            reason = scope.get(REASON, "")
            self._log(route, status or CLIENT_GONE, seconds, reason)

    def _log(self, route: str, status: int, seconds: float, reason: str) -> None:
        """Log a request; of those with the same end only a few a second."""
        sampler = self._answered if status < 400 else self._refused
        skipped = sampler.choose() if status < 500 else 0
        if skipped is None:
            return
        fields: dict[str, Any] = {"ms": round(1000 * seconds, 1)}
        if skipped:
            fields["skipped"] = skipped
        if reason:
            fields["reason"] = reason
        log(LOG, logging.INFO, "http", route=route, status=status, **fields)


def _add_headers(message: Message, closes: bool) -> None:
    headers = MutableHeaders(scope=message)
    # The rest of a body that is refused would be read to its end, if it has one.
    if closes:
        headers["Connection"] = "close"
    headers[request_ids.KEY] = request_ids.current()
    headers.setdefault("Cache-Control", "no-store")
    for name, value in HEADERS.items():
        headers[name] = value


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    return length != "0" or "transfer-encoding" in headers


def _route(scope: Scope) -> str:
    """Return the address of ours that a request was for; anything else is ``other``."""
    return getattr(scope.get("route"), "path", "other")
