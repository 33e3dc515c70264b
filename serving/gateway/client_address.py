"""The address of a client: that of its connection, or what a proxy of ours says about it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

Networks = Sequence[IPv4Network | IPv6Network]

IPV6_PREFIX = 64
"""Bits of an IPv6 address that one client has; it chooses the others as it likes."""


def client_of(request: Request, proxies: Networks) -> str:
    """Return the address of the client, or the network of an IPv6 address.

    ``X-Forwarded-For`` is read from its end, where proxies add what they have seen: the first
    address that is not of ``proxies`` is the client's.
    """
    address = peer_of(request)
    if not is_proxy(address, proxies):
        return _network(address)
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    for text in reversed(forwarded.split(",")):
        if not _is_address(text.strip()):
            break
        address = text.strip()
        if not is_proxy(address, proxies):
            break
    return _network(address)


def is_encrypted(request: Request, proxies: Networks) -> bool:
    """Tell whether the browser's connection is encrypted, to this process or to a proxy."""
    if request.url.scheme == "https":
        return True
    forwarded = request.headers.get("x-forwarded-proto", "")
    return is_proxy(peer_of(request), proxies) and forwarded == "https"


def peer_of(request: Request) -> str:
    """Return the address of the connection; empty where it has none."""
    return request.client.host if request.client else ""


def is_proxy(address: str, proxies: Networks) -> bool:
    """Tell whether an address is that of a proxy of ours."""
    if not _is_address(address):
        return False
    ip = ip_address(address)
    return any(ip in network for network in proxies)


def _network(address: str) -> str:
    if not _is_address(address):
        return address
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        return str(ip_network((int(ip), IPV6_PREFIX), strict=False))
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
