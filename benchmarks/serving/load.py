"""A load generator: some callers, each with a connection and one request at a time.

It costs some 30 microseconds a request: a client of grpc would take as much of the processor as
the server. h2load is as cheap, but sends the same body again and again, which a cache of the
server knows.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Protocol

import numpy as np

from benchmarks.serving.sockets import TIMEOUT_SECONDS

WARM_UP_SECONDS = 1.0
_RECEIVE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Load:
    """What callers saw.

    Attributes:
        callers: Number of callers at a time.
        per_second: Answers per second.
        p50: Median latency in milliseconds.
        p99: 99th percentile of the latency in milliseconds.
        n_failed: Number of requests without an answer.
        n_answers: Number of answers, those of the warm-up included.
    """

    callers: int
    per_second: float
    p50: float
    p99: float
    n_failed: int
    n_answers: int


class Connection(Protocol):
    """A connection with one request at a time."""

    @property
    def sock(self) -> socket.socket:
        """The socket."""

    def send(self, body: bytes) -> None:
        """Send a request."""

    def receive(self, data: bytes) -> bool | None:
        """Take bytes of the answer; return whether it is one, or ``None`` while it goes on."""


Connect = Callable[[], Connection]


def put_under_load(
    connect: Connect, bodies: Sequence[bytes], callers: int, seconds: float
) -> Load:
    """Send requests with all bodies in turn, after a warm-up."""
    connections = {}
    for _ in range(callers):
        connection = connect()
        connections[connection.sock.fileno()] = connection
    try:
        in_turn = cycle(bodies)
        warm_up, _ = _exchange(connections, in_turn, WARM_UP_SECONDS)
        started = time.perf_counter()
        latencies, n_failed = _exchange(connections, in_turn, seconds)
        elapsed = time.perf_counter() - started
    finally:
        for connection in connections.values():
            connection.sock.close()

    milliseconds = 1000 * np.array(latencies or [np.nan])
    p50, p99 = np.percentile(milliseconds, (50, 99)).tolist()
    per_second = len(latencies) / elapsed
    n_answers = len(warm_up) + len(latencies)
    return Load(callers, per_second, p50, p99, n_failed, n_answers)


def _exchange(
    connections: dict[int, Connection], bodies: Iterator[bytes], seconds: float
) -> tuple[list[float], int]:
    """Return the latencies of all answers in seconds, and the number of other ends."""
    latencies: list[float] = []
    n_failed = 0
    sent: dict[int, float] = {}
    end = time.perf_counter() + seconds

    def send(number: int) -> None:
        """Send the next request over a connection."""
        sent[number] = time.perf_counter()
        connections[number].send(next(bodies))

    with select.epoll() as events:
        for number in connections:
            events.register(number, select.EPOLLIN)
            send(number)
        # Requests that are under way at the end are waited for and counted.
        while sent:
            ready = events.poll(TIMEOUT_SECONDS)
            if not ready:
                return latencies, n_failed + len(sent)
            for number, _ in ready:
                connection = connections[number]
                data = connection.sock.recv(_RECEIVE_BYTES)
                is_answer = connection.receive(data) if data else False
                if is_answer is None or number not in sent:
                    continue
                now = time.perf_counter()
                latency = now - sent.pop(number)
                if is_answer:
                    latencies.append(latency)
                else:
                    n_failed += 1
                if not data:
                    events.unregister(number)
                elif now < end:
                    send(number)
    return latencies, n_failed
