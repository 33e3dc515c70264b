"""Tells orchestrators and load balancers whether to send requests here (``grpc.health.v1``)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from serving.interceptors import Context

NAME = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
OVERALL = ""
"""The name under which the process as a whole is asked for."""


class Health(health_pb2_grpc.HealthServicer):
    """The state of each service of a process and of the process as a whole: not serving at first.

    Unlike the servicer of grpcio-health-checking it ends watches when the process leaves: a watch
    never ends by itself, and would hold up a graceful stop for the whole grace period.
    """

    def __init__(self, services: Sequence[str]) -> None:
        self._services = (OVERALL, *services)
        self._status: int = HealthCheckResponse.NOT_SERVING
        self._left = False
        self._changed = asyncio.Condition()

    async def serving(self) -> None:
        """Invite requests."""
        await self._say(HealthCheckResponse.SERVING)

    async def leaving(self) -> None:
        """Send requests elsewhere, for good."""
        await self._say(HealthCheckResponse.NOT_SERVING, left=True)

    async def Check(self, request: HealthCheckRequest, context: Context) -> HealthCheckResponse:
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service here")
        return HealthCheckResponse(status=self._status)

    async def Watch(self, request: HealthCheckRequest, context: Context) -> None:
        said = None
        while True:
            if (status := self._of(request.service)) != said:
                await context.write(HealthCheckResponse(status=status))
                said = status
                continue  # it may have changed meanwhile
            if self._left:
                return
            async with self._changed:
                if not self._left and self._of(request.service) == said:
                    await self._changed.wait()

    def _of(self, service: str) -> int:
        return self._status if service in self._services else HealthCheckResponse.SERVICE_UNKNOWN

    async def _say(self, status: int, left: bool = False) -> None:
        async with self._changed:
            self._status, self._left = status, left
            self._changed.notify_all()
