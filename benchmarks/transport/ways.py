"""Ways in which a page can ask for suggestions of the newest state of a listing."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.serving.browsers import load_page
from benchmarks.serving.http_connection import BOUNDARY
from benchmarks.serving.requests import to_http
from common.listing import Listing, Photo

STREAM_PATH = "/prototype/stream"

Answered = Callable[[int], None]
"""Called with the number of a state that was answered."""


class Way(Protocol):
    """A page with one listing.

    Attributes:
        n_requests: how many states were sent.
    """

    n_requests: int

    async def open(self, address: str, photos: Sequence[bytes]) -> None:
        """Load the page at ``host:port`` and choose photos."""

    def stop(self) -> None:
        """Drop the request that runs: there is a newer state."""

    def send(self, number: int, text: str) -> None:
        """Ask for a state."""

    async def close(self) -> None:
        """Leave the page."""


class Posts:
    """A POST for each state, with all photos; the newer one aborts it."""

    def __init__(self, answered: Answered) -> None:
        """Tell ``answered``."""
        self.n_requests = 0
        self._answered = answered
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._request: asyncio.Task[None] | None = None
        self._photos: tuple[Photo, ...] = ()

    async def open(self, address: str, photos: Sequence[bytes]) -> None:
        """See ``Way``."""
        self._address, self._photos = address, tuple(map(Photo, photos))
        self._cookie = await asyncio.to_thread(load_page, address)

    def stop(self) -> None:
        """Abort: over HTTP/1.1 the connection is closed, as browsers do."""
        if self._request:
            self._request.cancel()

    def send(self, number: int, text: str) -> None:
        """See ``Way``."""
        self.n_requests += 1
        self._request = asyncio.ensure_future(self._ask(number, text))

    async def close(self) -> None:
        """See ``Way``."""
        self.stop()
        if self._request:
            await asyncio.gather(self._request, return_exceptions=True)
        self._disconnect()

    def body(self, text: str) -> bytes:
        """Return the body of a request."""
        return to_http(Listing(text, photos=self._photos))

    async def _ask(self, number: int, text: str) -> None:
        await self._post(self.body(text))
        self._answered(number)

    async def _post(self, body: bytes) -> None:
        """Post on a connection that is open, or on a new one, and read the answer."""
        form = body.startswith(b"--" + BOUNDARY)
        kind = f"multipart/form-data; boundary={BOUNDARY.decode()}"
        head = (
            f"POST /v1/suggest HTTP/1.1\r\nHost: {self._address}\r\nCookie: {self._cookie}\r\n"
            f"Content-Type: {kind if form else 'application/json'}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        is_answered = False
        try:
            if self._streams is None:
                host, _, port = self._address.rpartition(":")
                self._streams = await asyncio.open_connection(host, int(port))
            reader, writer = self._streams
            writer.write(head.encode() + body)
            await _read_answer(reader)
            is_answered = True
        finally:
            if not is_answered:
                self._disconnect()

    def _disconnect(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None


class PhotosOnce(Posts):
    """A POST for each state, which names photos that came with one that was answered."""

    _are_known = False

    async def open(self, address: str, photos: Sequence[bytes]) -> None:
        """See ``Way``."""
        await super().open(address, photos)
        self._ids = [secrets.token_hex(16) for _ in photos]

    def body(self, text: str) -> bytes:
        """Return the body of a request."""
        if not self._are_known:
            return to_http(Listing(text, photos=self._photos), self._ids)
        return json.dumps({"listing": {"title": text}, "photo_ids": self._ids}).encode()

    async def _post(self, body: bytes) -> None:
        await super()._post(body)
        self._are_known = True


class Stream:
    """A WebSocket: photos once, then states; the server drops the work for older ones."""

    def __init__(self, answered: Answered) -> None:
        """Tell ``answered``."""
        self.n_requests = 0
        self._answered = answered
        self._sent: set[asyncio.Task[None]] = set()

    async def open(self, address: str, photos: Sequence[bytes]) -> None:
        """See ``Way``."""
        self._socket: ClientConnection = await connect(
            f"ws://{address}{STREAM_PATH}", compression=None, proxy=None
        )
        self._reading = asyncio.ensure_future(self._read())
        for photo in photos:
            await self._socket.send(photo)

    def stop(self) -> None:
        """Do nothing: the newer state says that it is wanted."""

    def send(self, number: int, text: str) -> None:
        """See ``Way``."""
        self.n_requests += 1
        state = json.dumps({"number": number, "listing": {"title": text}})
        task = asyncio.ensure_future(self._socket.send(state))
        self._sent.add(task)
        task.add_done_callback(self._sent.discard)

    async def close(self) -> None:
        """See ``Way``."""
        await self._socket.close()
        await self._reading

    async def _read(self) -> None:
        async for message in self._socket:
            self._answered(json.loads(message)["number"])


async def _read_answer(reader: asyncio.StreamReader) -> None:
    """Read an answer; raise ``ConnectionError`` for a status that is not 2xx."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, rest = head.partition(b"content-length:")
    body = await reader.readexactly(int(rest.split(b"\r\n")[0] or 0))
    if not head.split(b" ", 2)[1].startswith(b"2"):
        raise ConnectionError(f"the gateway answers {head[:20]!r}: {body[:200]!r}")
