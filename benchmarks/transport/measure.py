"""Measures one way to ask: several typists enter a listing each, at the same time."""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median

from benchmarks.serving import servers
from benchmarks.serving.processes import Running
from benchmarks.transport.network import Link, Network
from benchmarks.transport.prototype import MODULE as PROTOTYPE
from benchmarks.transport.prototype import SPENT_PATH
from benchmarks.transport.typed import Typed, typed_listings
from benchmarks.transport.ways import Answered, PhotosOnce, Posts, Stream, Way

POST = "POST"

WAYS: dict[str, tuple[Callable[[Answered], Way], bool]] = {
    POST: (Posts, False),
    "POST, HTTP/2": (Posts, True),
    "POST, photos once": (PhotosOnce, False),
    "POST, HTTP/2, photos once": (PhotosOnce, True),
    "WebSocket": (Stream, False),
}
"""Ways to ask, and whether they share one connection over HTTP/2."""

NEED_PHOTOS = ("POST, photos once", "POST, HTTP/2, photos once")
"""Ways that differ from others where there are photos."""

MAX_SECONDS = 60.0
"""From the last key to its answer; longer means that it hangs."""

TYPING_SECONDS = 0.25
"""Seconds without a key until the page asks: ``TYPING_MS`` in ``serving/web/page.js``."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a way is measured with.

    Attributes:
        n_photos: photos of each listing.
        debounce: seconds without a key until the page asks.
        link: the network.
    """

    n_photos: int
    debounce: float
    link: Link


@dataclass(frozen=True, slots=True)
class Typing:
    """What a typed listing took.

    Attributes:
        newest_ms: median time from the last key to its answer, the debounce included.
        cpu_ms: processor time of the gateway's process, models included.
        n_requests: states that were sent.
        n_computed: answers that were computed.
        sent_kb: kilobytes to the gateway.
        received_kb: kilobytes from it.
    """

    newest_ms: float
    cpu_ms: float
    n_requests: float
    n_computed: float
    sent_kb: float
    received_kb: float


def measure(name: str, case: Case, n_typists: int, n_states: int) -> Typing:
    """Have typists enter a listing each, and return the figures of a listing."""
    listings = list(islice(typed_listings(case.n_photos, n_states), n_typists))
    with servers.announced([sys.executable, "-m", PROTOTYPE]) as running:
        before = _spent(running)
        typists = asyncio.run(_type_all(name, running.address, case, listings))
        after = _spent(running)

    def mean(values: Sequence[float]) -> float:
        """The mean of a listing."""
        return sum(values) / n_typists

    return Typing(
        newest_ms=1000 * median(typist.newest for typist in typists),
        cpu_ms=1000 * (after["cpu"] - before["cpu"]) / n_typists,
        n_requests=mean([typist.way.n_requests for typist in typists]),
        n_computed=(after["computed"] - before["computed"]) / n_typists,
        sent_kb=mean([typist.network.n_sent / 1000 for typist in typists]),
        received_kb=mean([typist.network.n_received / 1000 for typist in typists]),
    )


class Typist:
    """Types a listing, and waits for the answer to its last state.

    Attributes:
        way: how the page asks.
        network: between the page and the gateway.
        newest: seconds from the last key to its answer.
    """

    def __init__(self, name: str, address: str, case: Case) -> None:
        """Ask the gateway at ``host:port`` in the way ``name``."""
        make_way, is_http2 = WAYS[name]
        self.way = make_way(self._answered)
        self.network = Network(address, replace(case.link, is_http2=is_http2))
        self.newest = 0.0
        self._debounce = case.debounce
        self._waiting: asyncio.TimerHandle | None = None
        self._last = -1
        self._all_answered = asyncio.Event()

    async def type(self, listing: Typed) -> None:
        """Type a listing."""
        loop = asyncio.get_running_loop()
        self._last = len(listing.states)
        async with self.network.open():
            await self.way.open(self.network.address, listing.photos)
            began = loop.time()
            if listing.photos:
                self.way.send(0, "")
            for number, (text, at) in enumerate(
                zip(listing.states, listing.times, strict=True), 1
            ):
                await asyncio.sleep(began + at - loop.time())
                self._update(number, text)
            last_key = loop.time()
            async with asyncio.timeout(MAX_SECONDS):
                await self._all_answered.wait()
            self.newest = loop.time() - last_key
            await self.way.close()

    def _update(self, number: int, text: str) -> None:
        """Do what the page does after a key."""
        self.way.stop()
        if self._waiting:
            self._waiting.cancel()
        loop = asyncio.get_running_loop()
        self._waiting = loop.call_later(self._debounce, self.way.send, number, text)

    def _answered(self, number: int) -> None:
        if number == self._last:
            self._all_answered.set()


async def _type_all(
    name: str, address: str, case: Case, listings: Sequence[Typed]
) -> list[Typist]:
    typists = [Typist(name, address, case) for _ in listings]
    async with asyncio.TaskGroup() as group:
        for typist, listing in zip(typists, listings, strict=True):
            group.create_task(typist.type(listing))
    return typists


def _spent(running: Running) -> dict[str, float]:
    connection = http.client.HTTPConnection(running.address, timeout=10)
    try:
        connection.request("GET", SPENT_PATH)
        spent: dict[str, float] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return spent
