"""An HTTP server on the event loop of a process that serves something else as well."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from common.errors import UnavailableError
from serving.tls import TlsFiles, server_context

MAX_HEADER_BYTES = 16_384
POLL_SECONDS = 0.01

KEEP_ALIVE_SECONDS = 75
"""Time for which an idle connection stays open: a seller who pauses needs no new handshake, and
proxies such as nginx close theirs after 60 seconds, so that none sends on one that is closing."""


class HttpServer:
    """Uvicorn without its own signals and logs."""

    def __init__(self, app: ASGIApp, tls: TlsFiles | None, grace: float) -> None:
        """Serve ``app``; requests in flight have ``grace`` seconds when it stops."""
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # the boundary logs, without what a seller wrote
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=int(grace),
            ssl_context_factory=(lambda *_: server_context(tls)) if tls else None,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self, bound: socket.socket) -> None:
        """Listen on a socket that is bound already."""
        self._task = asyncio.create_task(self._server.serve([bound]))
        while not self._server.started:
            if self._task.done():
                await self._task
                raise UnavailableError("the gateway did not start")
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        """Refuse new connections and finish what is in flight, within the grace period."""
        self._server.should_exit = True
        if self._task:
            await self._task


class _Server(uvicorn.Server):
    """Leaves the signals to the process that it is a part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
