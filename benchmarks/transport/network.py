"""The network between a browser and the gateway: late, with a slow uplink, and counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from benchmarks.faults.proxy import forward_late

HANDSHAKES = 2
"""Round trips until a new connection carries a request: TCP's, and that of TLS 1.3."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a network is like.

    Attributes:
        round_trip: seconds to the gateway and back.
        uplink: bytes that the browser sends in a second, over all its connections.
        is_http2: whether requests share the first connection, as through a proxy with HTTP/2: one
            that is aborted needs no new handshake. Connections stand for its streams.
    """

    round_trip: float = 0.0
    uplink: float = float("inf")
    is_http2: bool = False


class Network:
    """Forwards connections of one browser to an address.

    Bytes that a browser has sent before it aborts are on their way: they take their time on the
    uplink all the same.

    Attributes:
        address: where it listens, ``host:port``.
        n_sent: bytes from the browser.
        n_received: bytes to the browser.
    """

    def __init__(self, target: str, link: Link) -> None:
        """Forward to ``target``, ``host:port``."""
        self.address = ""
        self.n_sent = self.n_received = 0
        self._host, _, self._port = target.rpartition(":")
        self._link = link
        self._uplink_free_at = 0.0
        self._is_connected = False
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen until the block ends."""
        server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Forward one connection until either side closes it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        loop = asyncio.get_running_loop()
        is_stream = self._link.is_http2 and self._is_connected
        handshakes = 0 if is_stream else HANDSHAKES
        usable_at = loop.time() + handshakes * self._link.round_trip
        self._is_connected = True

        def sent(size: int) -> float:
            """Return when bytes of the browser arrive."""
            self.n_sent += size
            start = max(loop.time(), usable_at, self._uplink_free_at)
            self._uplink_free_at = start + size / self._link.uplink
            return self._uplink_free_at + self._link.round_trip / 2

        def received(size: int) -> float:
            """Return when bytes of the gateway arrive."""
            self.n_received += size
            return loop.time() + self._link.round_trip / 2

        with suppress(OSError, asyncio.CancelledError):
            await forward_late(reader, writer, (self._host, self._port), sent, received)
