"""Callers who ask a server without a pause, and note when each answer came."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from benchmarks.serving.contestants import METHOD
from benchmarks.serving.grpc_connection import GrpcConnection

TIMEOUT_SECONDS = 120.0
"""For an answer, or a change of the release: longer means that it hangs."""


@dataclass(slots=True)
class SteadyCallers:
    """Threads that ask, and when each answer came.

    Attributes:
        address: of the server.
        bodies: requests, sent in turn.
        answers: the time of each request and its latency, in seconds.
        n_reconnected: answers over connections of their own.
        n_failed: requests without an answer.
    """

    address: str
    bodies: Sequence[bytes]
    answers: list[tuple[float, float]] = field(default_factory=list)
    n_reconnected: int = 0
    n_failed: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        """Ask meanwhile, with ``number`` connections that stay and one that is made anew."""
        threads = [threading.Thread(target=self._ask) for _ in range(number)]
        threads.append(threading.Thread(target=self._reconnect))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self) -> None:
        """Ask over one connection; open another one when it fails."""
        bodies = cycle(self.bodies)
        while not self._stop.is_set():
            try:
                with self._connected() as connection:
                    while not self._stop.is_set():
                        started = time.perf_counter()
                        _exchange(connection, next(bodies))
                        self.answers.append((started, time.perf_counter() - started))
            except OSError:
                self.n_failed += 1

    def _reconnect(self) -> None:
        """Ask over a new connection each time."""
        for body in cycle(self.bodies):
            if self._stop.is_set():
                return
            try:
                with self._connected() as connection:
                    _exchange(connection, body)
                self.n_reconnected += 1
            except OSError:
                self.n_failed += 1
            time.sleep(0.02)

    @contextmanager
    def _connected(self) -> Iterator[GrpcConnection]:
        connection = GrpcConnection(self.address, METHOD)
        with connection.sock:
            connection.sock.settimeout(TIMEOUT_SECONDS)
            yield connection


def _exchange(connection: GrpcConnection, body: bytes) -> None:
    connection.send(body)
    is_answer = None
    while is_answer is None:
        data = connection.sock.recv(1 << 16)
        is_answer = connection.receive(data) if data else False
    if not is_answer:
        raise ConnectionError
