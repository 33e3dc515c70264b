"""Callers that keep asking while servers are disturbed, and what they saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

import grpc

from benchmarks.faults.faults import Fault
from benchmarks.faults.servers import Servers
from serving import retry_info
from serving.protos import listing_pb2 as pb
from simulator import source

METHOD = "/listing.v1.Suggester/Suggest"

DEADLINE_SECONDS = 1.0

PAUSE_SECONDS = 0.1
"""Time after which a caller that got a status without a time to ask again does so."""

WARM_UP_SECONDS = 1.0

N_LISTINGS = 500
SEED = 3

CHANNEL_OPTIONS = (
    # A connection of its own for each caller, or all would be with one worker.
    ("grpc.use_local_subchannel_pool", 1),
    # What the server answers is counted, not what a retry makes of it.
    ("grpc.enable_retries", 0),
)


Call = Callable[..., Awaitable[pb.SuggestResponse]]
"""Sends a request as bytes; the keyword ``timeout`` is its deadline in seconds."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as its caller saw it.

    Attributes:
        started: seconds from the begin of the fault, negative before it.
        seconds: time until its end.
        status: name of the status code.
        missing: models without an answer, each with the first word of the reason.
    """

    started: float
    seconds: float
    status: str
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def ended(self) -> float:
        """Seconds from the begin of the fault until its end."""
        return self.started + self.seconds

    @property
    def is_whole(self) -> bool:
        """Whether every model has answered."""
        return self.status == "OK" and not self.missing

    @property
    def is_partial(self) -> bool:
        """Whether there is an answer, and not every model is in it."""
        return self.status == "OK" and bool(self.missing)


@dataclass(frozen=True, slots=True)
class Observation:
    """What callers saw of a fault.

    Attributes:
        fault: name of the fault.
        callers: number of callers at a time before and after it.
        seconds: time until the fault was over.
        requests: all requests after the warm-up.
        times_callers: how many times as many callers there were meanwhile, where it was more.
    """

    fault: str
    callers: int
    seconds: float
    requests: Sequence[Request]
    times_callers: int = 0


def requests() -> list[bytes]:
    """Return requests about different listings of the synthetic shop, as they are sent."""
    found = []
    for batch in source.read(N_LISTINGS, seed=SEED):
        for row in batch:
            listing = pb.Listing(
                title=str(row.values["title"]),
                description=str(row.values.get("description") or ""),
            )
            found.append(pb.SuggestRequest(listing=listing).SerializeToString())
    return found


def measure(
    servers: Servers,
    fault: Fault,
    bodies: Sequence[bytes],
    callers: int,
    seconds: float,
    deadline: float = DEADLINE_SECONDS,
) -> Observation:
    """Ask before, during and after a fault; ``seconds`` before it and as long after its end.

    ``deadline`` is that of each request, in seconds.
    """
    asking = _Callers(servers.front.address, bodies, deadline)
    return asyncio.run(_measure(asking, servers, fault, callers, seconds))


async def _measure(
    asking: _Callers,
    servers: Servers,
    fault: Fault,
    n_callers: int,
    seconds: float,
) -> Observation:
    asking.start(n_callers)
    await asyncio.sleep(WARM_UP_SECONDS)
    first = len(asking.requests)
    await asyncio.sleep(seconds)

    began = time.perf_counter()
    await asyncio.to_thread(fault.begin, servers)
    further = asking.start(n_callers * max(0, fault.times_callers - 1))
    await asyncio.sleep(max(0.0, began + fault.seconds - time.perf_counter()))
    await asyncio.to_thread(fault.end, servers)
    ended = time.perf_counter()
    further.set()

    await asyncio.sleep(seconds)
    await asking.stop()
    seen = [
        replace(request, started=request.started - began)
        for request in asking.requests[first:]
    ]
    return Observation(fault.name, n_callers, ended - began, seen, fault.times_callers)


class _Callers:
    """Callers with one connection and one request at a time each."""

    def __init__(self, address: str, bodies: Sequence[bytes], deadline: float) -> None:
        self.requests: list[Request] = []
        self._address = address
        self._bodies = bodies
        self._deadline = deadline
        self._groups: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, count: int) -> asyncio.Event:
        """Start callers; return what is to be set when they have asked enough."""
        is_over = asyncio.Event()
        self._groups.append(is_over)
        for _ in range(count):
            call = self._keep_asking(len(self._tasks), is_over)
            self._tasks.append(asyncio.create_task(call))
        return is_over

    async def stop(self) -> None:
        """Wait for the requests under way, and start no more."""
        for is_over in self._groups:
            is_over.set()
        await asyncio.gather(*self._tasks)

    async def _keep_asking(self, number: int, is_over: asyncio.Event) -> None:
        bodies = islice(cycle(self._bodies), 7 * number, None)
        async with grpc.aio.insecure_channel(
            self._address, options=CHANNEL_OPTIONS
        ) as channel:
            ask: Call = channel.unary_unary(
                METHOD, response_deserializer=pb.SuggestResponse.FromString
            )
            while not is_over.is_set():
                request, pause = await _ask(ask, next(bodies), self._deadline)
                self.requests.append(request)
                if pause:
                    await asyncio.sleep(pause)


async def _ask(ask: Call, body: bytes, deadline: float) -> tuple[Request, float]:
    """Send a request; return what became of it, and the time to wait before the next one."""
    started = time.perf_counter()
    pause, missing = 0.0, {}
    try:
        response = await ask(body, timeout=deadline)
        status, missing = "OK", dict(response.missing)
    except grpc.aio.AioRpcError as error:
        status = error.code().name
        wanted = retry_info.from_metadata(error.trailing_metadata())
        pause = PAUSE_SECONDS if wanted is None else wanted
    seconds = time.perf_counter() - started
    reasons = ((model, reason.split(":")[0]) for model, reason in missing.items())
    return Request(started, seconds, status, tuple(sorted(reasons))), pause
