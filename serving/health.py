"""Tells orchestrators and load balancers whether to send requests here (``grpc.health.v1``)."""

from __future__ import annotations

from collections.abc import Sequence

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio

NAME = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
OVERALL = ""
"""The name under which the process as a whole is asked for."""


class Health:
    """The state of each service of a process and of the process as a whole."""

    def __init__(self, services: Sequence[str]) -> None:
        self._servicer = aio.HealthServicer()
        self._services = (OVERALL, *services)

    async def attach(self, server: grpc.aio.Server) -> None:
        """Answer on this server: not serving yet."""
        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)
        await self._say(health_pb2.HealthCheckResponse.NOT_SERVING)

    async def serving(self) -> None:
        """Invite requests."""
        await self._say(health_pb2.HealthCheckResponse.SERVING)

    async def leaving(self) -> None:
        """Send requests elsewhere, for good."""
        await self._servicer.enter_graceful_shutdown()

    async def _say(self, status: int) -> None:
        for service in self._services:
            await self._servicer.set(service, status)
