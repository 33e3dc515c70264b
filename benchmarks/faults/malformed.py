"""Connections that send what no client would, one after the other."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np

from benchmarks.faults.servers import Servers

METHOD = "/listing.v1.Suggester/Suggest"

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 0.05
"""Time that a connection stays open for an answer."""

N_RESETS = 2_000

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS = 0, 1, 3, 4
_END_HEADERS = 4
_CANCEL = struct.pack(">I", 8)

Build = Callable[[np.random.Generator], bytes]
"""Returns what a connection sends."""


def random_bytes(random: np.random.Generator) -> bytes:
    """Return bytes of no protocol."""
    return random.bytes(int(random.integers(1, 5_000)))


def garbage_after_the_preface(random: np.random.Generator) -> bytes:
    """Return what begins as HTTP/2 (RFC 9113) and goes on as nothing."""
    return _opening() + random_bytes(random)


def message_cut_in_the_middle(random: np.random.Generator) -> bytes:
    """Return a call whose message ends before its length."""
    length = int(random.integers(100, 10_000))
    return _opening() + _headers(1) + _message(length, random.bytes(length // 2))


def message_of_two_gigabytes(random: np.random.Generator) -> bytes:
    """Return a call whose message claims to be long, and begins."""
    return _opening() + _headers(1) + _message(2**31 - 1, random.bytes(1_000))


def calls_that_are_reset(_random: np.random.Generator) -> bytes:
    """Return thousands of calls that are cancelled at once (CVE-2023-44487)."""
    numbers = range(1, 2 * N_RESETS, 2)
    return _opening() + b"".join(
        _headers(number) + _frame(_RST_STREAM, 0, number, _CANCEL) for number in numbers
    )


BUILDS: Mapping[str, Build] = {
    "random bytes": random_bytes,
    "a preface, then garbage": garbage_after_the_preface,
    "a message cut in the middle": message_cut_in_the_middle,
    "a message that claims 2 GB": message_of_two_gigabytes,
    f"{N_RESETS:,} calls that are reset": calls_that_are_reset,
}
"""What is sent, by its name."""


def send_once(address: str, data: bytes) -> None:
    """Open a connection, send ``data``, wait shortly for an answer, and close it."""
    host, _, port = address.rpartition(":")
    # A server may close the connection while it is written to: that is its right.
    with (
        suppress(OSError),
        socket.create_connection((host, int(port)), CONNECT_SECONDS) as sock,
    ):
        sock.sendall(data)
        sock.settimeout(ANSWER_SECONDS)
        while sock.recv(1 << 16):
            pass


class MalformedConnections:
    """Sends the same kind of bytes over connection after connection, as a fault."""

    def __init__(self, build: Build) -> None:
        """Send what ``build`` returns."""
        self._build = build
        self._is_over = threading.Event()

    def begin(self, servers: Servers) -> None:
        """Start to send."""
        self._is_over.clear()
        self._thread = threading.Thread(target=self._send, args=[servers.front.address])
        self._thread.start()

    def end(self, _servers: Servers) -> None:
        """Send no more."""
        self._is_over.set()
        self._thread.join()

    def _send(self, address: str) -> None:
        random = np.random.default_rng(0)
        while not self._is_over.is_set():
            send_once(address, self._build(random))


def _opening() -> bytes:
    return _PREFACE + _frame(_SETTINGS, 0, 0, b"")


def _headers(stream: int) -> bytes:
    """Return the headers of a call: literals without indexing (RFC 7541), names of one table."""
    block = (
        b"\x83\x86"  # POST over http
        + (b"\x04" + _text(METHOD))
        + (b"\x01" + _text("localhost"))
        + (b"\x0f\x10" + _text("application/grpc"))
        + (b"\x00" + _text("te") + _text("trailers"))
    )
    return _frame(_HEADERS, _END_HEADERS, stream, block)


def _message(length: int, data: bytes) -> bytes:
    return _frame(_DATA, 0, 1, struct.pack(">BI", 0, length) + data)


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    head = struct.pack(">I", len(payload))[1:]
    return head + struct.pack(">BBI", kind, flags, stream) + payload


def _text(value: str) -> bytes:
    return struct.pack(">B", len(value)) + value.encode()
