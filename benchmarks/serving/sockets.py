"""Sockets of the load generator."""

from __future__ import annotations

import socket

TIMEOUT_SECONDS = 30.0

_SEND_BUFFER = 1 << 21
"""Bytes that a socket takes at once: a request with a photo is sent without waiting."""


def connect(address: str) -> socket.socket:
    """Return a socket that is connected to ``host:port``, and sends small requests at once."""
    host, _, port = address.rpartition(":")
    sock = socket.create_connection((host, int(port)), TIMEOUT_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    return sock
