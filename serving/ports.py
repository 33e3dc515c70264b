"""Ports to listen on: whether one is free, and one for several processes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import UnavailableError


def cannot_listen(host: str, port: int) -> UnavailableError:
    """Return the error of an address that cannot be listened on."""
    return UnavailableError(
        f"{host}:{port} cannot be listened on, perhaps another server does:"
        " choose another port, or 0 for any free one"
    )


@contextmanager
def reserved_port(host: str, port: int) -> Iterator[int]:
    """Reserve a port, or any free one for 0, for sockets of SO_REUSEPORT of this user.

    Raises ``UnavailableError`` when somebody listens on it.
    """
    try:
        # A socket that does not share its port is refused where another one listens.
        _bind(host, port, shares=False).close()
        reserved = _bind(host, port, shares=True)
    except OSError:
        raise cannot_listen(host, port) from None
    with reserved:
        yield reserved.getsockname()[1]


def shared_socket(host: str, port: int) -> socket.socket:
    """Return a socket of a port that this user has reserved, to listen on beside others.

    Raises ``UnavailableError`` where somebody else has it.
    """
    try:
        return _bind(host, port, shares=True)
    except OSError:
        raise cannot_listen(host, port) from None


def _bind(host: str, port: int, shares: bool) -> socket.socket:
    [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    bound = socket.socket(family, kind, protocol)
    # Connections that were closed a moment ago do not count.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shares:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
