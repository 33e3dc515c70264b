"""How calls are spread over the processes behind one name, such as the pods of a predictor.

gRPC's DNS resolver finds all addresses of the name, its policy ``round_robin`` connects to each and
sends every call to the next one. An address that does not answer is skipped until it does. A name
with one address behaves as without the policy.

Source: https://grpc.io/docs/guides/custom-load-balancing and https://grpc.io/docs/guides/keepalive.
"""

from __future__ import annotations

import asyncio
import socket

KEEPALIVE_MS = 5_000
"""Time without a byte from a server, while calls wait for it, after which it is pinged."""

KEEPALIVE_TIMEOUT_MS = 2_000
"""Time after which a connection without an answer to the ping is closed: its machine is gone."""

MAX_CONNECTION_AGE_MS = 60_000
"""Age at which a server asks for a new connection. Clients look up the name then, and find servers
that were added; calls in flight end on the old connection."""

CLIENT_OPTIONS = (
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
)
"""Options of a channel."""

SERVER_OPTIONS = (
    ("grpc.max_connection_age_ms", MAX_CONNECTION_AGE_MS),
    # Otherwise a connection that is pinged more than every 5 minutes is closed.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", KEEPALIVE_MS // 2),
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
