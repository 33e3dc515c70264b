"""How calls are spread over the processes behind one name, such as the pods of a predictor.

gRPC's DNS resolver finds all addresses of the name, its policy ``round_robin`` connects to each and
sends every call to the next one. An address without a connection is skipped. A name with one
address behaves as without the policy.

Source: https://grpc.io/docs/guides/custom-load-balancing.
"""

from __future__ import annotations

import asyncio
import socket

CLIENT_OPTIONS = (("grpc.lb_policy_name", "round_robin"),)
"""Options of a channel."""

SERVER_OPTIONS = (
    # A server asks for a new connection after a minute. Clients look up the name then, and find
    # servers that were added; calls in flight end on the old connection.
    ("grpc.max_connection_age_ms", 60_000),
)
"""Options of a server whose clients have those above."""


async def resolve(address: str) -> list[str]:
    """Return ``HOST:PORT`` of every process behind ``HOST:PORT``; none where nothing is found."""
    host, _, port = address.rpartition(":")
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM
        )
    except OSError:
        return []
    ips = sorted({str(sockaddr[0]) for *_, sockaddr in found})
    return [f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}" for ip in ips]
