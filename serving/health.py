"""Health of a process for orchestrators and load balancers (``grpc.health.v1``)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from serving.interceptors import ServicerContext

HEALTH_SERVICE = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
OVERALL = ""
"""Name of the process as a whole, by the health protocol."""


class Health(health_pb2_grpc.HealthServicer):
    """The status of each service of a process and of the process as a whole.

    Unlike the servicer of grpcio-health-checking it ends watches when the server drains: a watch
    never ends by itself, and would delay a graceful stop for the whole grace period.
    """

    def __init__(self, services: Sequence[str]) -> None:
        """Report ``NOT_SERVING`` for each of ``services`` until ``serving`` is called."""
        self._services = (OVERALL, *services)
        self._status: int = HealthCheckResponse.NOT_SERVING
        self._draining = False
        self._changed = asyncio.Condition()

    async def serving(self) -> None:
        """Report ``SERVING`` from now on."""
        await self._set_status(HealthCheckResponse.SERVING)

    async def draining(self) -> None:
        """Report ``NOT_SERVING`` from now on and end all watches."""
        await self._set_status(HealthCheckResponse.NOT_SERVING, draining=True)

    async def Check(
        self, request: HealthCheckRequest, context: ServicerContext
    ) -> HealthCheckResponse:
        """Return the status of a service; ``NOT_FOUND`` for one that is not here."""
        if request.service not in self._services:
            await context.abort(
                grpc.StatusCode.NOT_FOUND, "there is no such service here"
            )
        return HealthCheckResponse(status=self._status)

    async def Watch(
        self, request: HealthCheckRequest, context: ServicerContext
    ) -> None:
        """Send the status of a service now and after every change, until the server drains."""
        sent = None
        while True:
            status = self._status_of(request.service)
            if status != sent:
                await context.write(HealthCheckResponse(status=status))
                sent = status
                # The status may have changed during the write.
                continue

            if self._draining:
                return
            async with self._changed:
                # Compared again under the lock: a change before it would notify nobody.
                if not self._draining and self._status_of(request.service) == sent:
                    await self._changed.wait()

    def _status_of(self, service: str) -> int:
        return (
            self._status
            if service in self._services
            else HealthCheckResponse.SERVICE_UNKNOWN
        )

    async def _set_status(self, status: int, draining: bool = False) -> None:
        async with self._changed:
            self._status = status
            self._draining = draining
            self._changed.notify_all()
