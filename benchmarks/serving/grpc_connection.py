"""Calls of gRPC: the little of HTTP/2 that a caller needs, over a plain socket."""

from __future__ import annotations

import struct

from benchmarks.serving.sockets import connect

_GRPC_TIMEOUT = "10S"
"""Deadline of a call: far away, so that no answer lacks a model that was late."""

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


class GrpcConnection:
    """Unary calls of one method over HTTP/2 (RFC 9113, RFC 7541), without encryption."""

    def __init__(self, address: str, method: str) -> None:
        """Connect to ``host:port`` for calls of ``/package.Service/Method``."""
        self.sock = connect(address)
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
