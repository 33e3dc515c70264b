"""A load generator for servers of gRPC and of HTTP: some callers, each with one request at a time.

It speaks the little of both protocols that a caller needs, over plain sockets, and costs some
30 microseconds a request: a client of grpc would take as much of the processor as the server.
h2load is as cheap, but sends the same body again and again, which a cache of the server knows.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Protocol

import numpy as np

WARM_UP_SECONDS = 1.0
TIMEOUT_SECONDS = 30.0

_GRPC_TIMEOUT = "10S"
"""Deadline of a call: far away, so that no answer lacks a model that was late."""

_RECEIVE_BYTES = 1 << 18
_SEND_BUFFER = 1 << 21
"""Bytes that a socket takes at once: a request with a photo is sent without waiting."""

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GO_AWAY, _WINDOW_UPDATE = (
    0,
    1,
    3,
    4,
    6,
    7,
    8,
)
_ACK = END_STREAM = 1
_END_HEADERS = 4
_INITIAL_WINDOW_SIZE = 4
_DEFAULT_WINDOW, _MAX_WINDOW = 65_535, (1 << 31) - 1
_MAX_FRAME = 16_384


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


class GrpcConnection:
    """Unary calls of one method over HTTP/2 (RFC 9113, RFC 7541), without encryption."""

    def __init__(self, address: str, method: str) -> None:
        """Connect to ``host:port`` for calls of ``/package.Service/Method``."""
        self.sock = _connect(address)
        self._headers = _grpc_headers(address, method)
        self._stream = -1
        self._received = bytearray()
        self._has_message = False
        self._body = memoryview(b"")
        self._connection_window = self._initial_window = _DEFAULT_WINDOW
        self._stream_window = 0

        # Windows of receiving are as large as they get: none is ever opened again.
        settings = struct.pack(">HI", _INITIAL_WINDOW_SIZE, _MAX_WINDOW)
        opened = struct.pack(">I", _MAX_WINDOW - _DEFAULT_WINDOW)
        self.sock.sendall(
            _PREFACE
            + _frame(_SETTINGS, 0, 0, settings)
            + _frame(_WINDOW_UPDATE, 0, 0, opened)
        )

    def send(self, body: bytes) -> None:
        """Send a request message."""
        self._stream += 2
        self._has_message = False
        self._stream_window = self._initial_window
        self._body = memoryview(struct.pack(">BI", 0, len(body)) + body)
        self.sock.sendall(
            _frame(_HEADERS, _END_HEADERS, self._stream, self._headers) + self._data()
        )

    def receive(self, data: bytes) -> bool | None:
        """Take bytes; return whether the call had a message, once it has ended."""
        self._received += data
        ended = None
        start = 0
        while len(self._received) - start >= 9:
            head = int.from_bytes(self._received[start : start + 3])
            kind, flags = self._received[start + 3], self._received[start + 4]
            stop = start + 9 + head
            if len(self._received) < stop:
                break
            stream = int.from_bytes(self._received[start + 5 : start + 9])
            payload = bytes(self._received[start + 9 : stop])
            start = stop
            if self._take(kind, flags, stream, payload):
                ended = self._has_message
        del self._received[:start]
        return ended

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> bool:
        """Take a frame; return whether the call has ended."""
        if stream == self._stream and kind in (_DATA, _HEADERS, _RESET):
            self._has_message |= kind == _DATA and len(payload) > 0
            self._has_message &= kind != _RESET
            return kind == _RESET or bool(flags & END_STREAM)

        if kind == _SETTINGS and not flags & _ACK:
            self._take_settings(payload)
            self.sock.sendall(_frame(_SETTINGS, _ACK, 0, b""))
        elif kind == _PING and not flags & _ACK:
            self.sock.sendall(_frame(_PING, _ACK, 0, payload))
        elif kind == _WINDOW_UPDATE:
            increment = int.from_bytes(payload)
            if stream == 0:
                self._connection_window += increment
            elif stream == self._stream:
                self._stream_window += increment
            self.sock.sendall(self._data())
        return kind == _GO_AWAY

    def _take_settings(self, payload: bytes) -> None:
        for name, value in struct.iter_unpack(">HI", payload):
            if name == _INITIAL_WINDOW_SIZE:
                self._stream_window += value - self._initial_window
                self._initial_window = value

    def _data(self) -> bytes:
        """Return frames with as much of the request as the windows of the server allow."""
        frames = []
        while len(self._body):
            size = min(
                len(self._body),
                _MAX_FRAME,
                self._connection_window,
                self._stream_window,
            )
            if size <= 0:
                break
            part, self._body = self._body[:size], self._body[size:]
            self._connection_window -= size
            self._stream_window -= size
            is_last = not len(self._body)
            frames.append(
                _frame(_DATA, END_STREAM * is_last, self._stream, bytes(part))
            )
        return b"".join(frames)


class HttpConnection:
    """Posts of JSON over HTTP/1.1, each answered with a Content-Length."""

    def __init__(self, address: str, path: str) -> None:
        """Connect to ``host:port`` for posts to a path."""
        self.sock = _connect(address)
        self._received = bytearray()
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {address}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def send(self, body: bytes) -> None:
        """Send a request."""
        self.sock.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))

    def receive(self, data: bytes) -> bool | None:
        """Take bytes; return whether the answer has status 200, once it is complete."""
        self._received += data
        end_of_head = self._received.find(b"\r\n\r\n")
        if end_of_head < 0:
            return None
        head = bytes(self._received[:end_of_head]).lower()
        _, found, rest = head.partition(b"content-length:")
        length = int(rest.split(b"\r\n")[0]) if found else 0
        end = end_of_head + 4 + length
        if len(self._received) < end:
            return None
        del self._received[:end]
        return head.split(b" ", 2)[1] == b"200"


def _connect(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    sock = socket.create_connection((host, int(port)), TIMEOUT_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return sock


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return (
        struct.pack(">I", len(payload))[1:]
        + struct.pack(">BBI", kind, flags, stream)
        + payload
    )


def _grpc_headers(address: str, method: str) -> bytes:
    """Return the header block of a call: literals without indexing, names by the static table."""

    def text(value: str) -> bytes:
        """Return a string of less than 127 bytes."""
        return struct.pack(">B", len(value)) + value.encode()

    post, http, path, authority, content_type = (
        b"\x83",
        b"\x86",
        b"\x04",
        b"\x01",
        b"\x0f\x10",
    )
    return b"".join(
        [
            post,
            http,
            path + text(method),
            authority + text(address),
            content_type + text("application/grpc"),
            b"\x00" + text("te") + text("trailers"),
            b"\x00" + text("grpc-timeout") + text(_GRPC_TIMEOUT),
        ]
    )
