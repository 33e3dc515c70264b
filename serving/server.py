"""A server process: loaded models behind a port, from the first request to a graceful stop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.listing import Listing
from models.suggester import Suggester
from serving import metrics
from serving.batcher import Batcher
from serving.compute import Job, compute
from serving.health import HEALTH_SERVICE, Health
from serving.interceptors import BoundaryInterceptor, report_bug
from serving.photos import PhotoReader
from serving.ports import cannot_listen, reserved_port
from serving.predictor import PredictorService
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.remote import RemoteBackend
from serving.settings import ServingSettings
from serving.suggest import SuggesterService
from serving.tls import server_credentials
from serving.tokens import TokenInterceptor, read_tokens
from serving.workers import STOP_SIGNALS, Supervisor

PREDICTOR_SERVICE = pb.DESCRIPTOR.services_by_name["Predictor"].full_name
SUGGESTER_SERVICE = pb.DESCRIPTOR.services_by_name["Suggester"].full_name

MAX_CALLS_OF_A_CONNECTION = 100
"""Further calls wait at the client. Without a limit, one that starts and cancels thousands fills
gRPC's queue of new calls, and calls of others are cancelled (CVE-2023-44487)."""


class Server:
    """Serves the predictor service, the suggester service, or both."""

    def __init__(
        self,
        loaded: Suggester,
        settings: ServingSettings,
        suggests: bool = True,
        shares_port: bool = False,
    ) -> None:
        """Serve the models of ``loaded``, and with ``suggests`` all models together.

        With ``shares_port`` other processes listen on the same port.
        The suggester calls ``settings.predictors`` for models that are not loaded here.
        """
        self.release = loaded.release
        self._loaded = loaded
        self._settings = settings
        self._suggests = suggests
        self._shares_port = shares_port
        self._batcher = Batcher(
            compute, "compute", settings.compute_batch_size, settings.max_waiting
        )
        self._remote: dict[str, RemoteBackend] = {}
        self._suggester: SuggesterService | None = None
        self._reader = PhotoReader(
            loaded.encoders, settings.photo_threads, settings.photo_cache_size
        )

    async def start(self) -> int:
        """Listen and warm up; return the port. Raises ``UnavailableError`` when it is taken."""
        length = self._settings.max_message_length
        self._server = grpc.aio.server(
            interceptors=self._interceptors(),
            options=(
                # Two servers on one port would share it silently.
                ("grpc.so_reuseport", int(self._shares_port)),
                ("grpc.max_concurrent_streams", MAX_CALLS_OF_A_CONNECTION),
                ("grpc.max_receive_message_length", length),
                ("grpc.max_send_message_length", length),
            ),
        )
        port = self._bind()
        services = self._add_services()

        self._health = Health(services)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        described = (*services, HEALTH_SERVICE, reflection.SERVICE_NAME)
        if not self._settings.production:
            reflection.enable_server_reflection(described, self._server)

        # Orchestrators may probe while models warm up, and are told NOT_SERVING.
        await self._server.start()
        await self._warm_up()
        await self._health.serving()
        return port

    async def stop(self) -> None:
        """Refuse new requests, finish those in flight within the grace period, release threads."""
        # Load balancers look elsewhere first, then the port closes.
        await self._health.draining()
        if self._suggester:
            self._suggester.close_streams()
        await self._server.stop(self._settings.shutdown_grace)

        self._batcher.close()
        self._reader.close()
        for backend in self._remote.values():
            await backend.close()

    def _interceptors(self) -> list[grpc.aio.ServerInterceptor]:
        interceptors: list[grpc.aio.ServerInterceptor] = [BoundaryInterceptor()]
        if self._settings.tokens:
            tokens = read_tokens(Path(self._settings.tokens))
            n_workers = self._settings.workers if self._shares_port else 1
            interceptors.insert(0, TokenInterceptor(tokens, n_workers))
        return interceptors

    def _bind(self) -> int:
        host, port = self._settings.host, self._settings.port
        tls = self._settings.tls
        try:
            if tls:
                credentials = server_credentials(tls)
                return self._server.add_secure_port(f"{host}:{port}", credentials)
            return self._server.add_insecure_port(f"{host}:{port}")
        except RuntimeError:
            raise cannot_listen(host, port) from None

    def _add_services(self) -> list[str]:
        """Add the services of this process; return their full names."""
        services = []
        if self._loaded.predictors:
            predictor_service = PredictorService(
                self._loaded, self._batcher, self._settings, self._reader
            )
            rpc.add_PredictorServicer_to_server(predictor_service, self._server)
            services.append(PREDICTOR_SERVICE)
        if self._suggests:
            self._add_suggester()
            services.append(SUGGESTER_SERVICE)
        return services

    def _add_suggester(self) -> None:
        for name, address in self._settings.predictors.items():
            # A model that is loaded here needs no connection, even with an address.
            if name not in self._loaded.predictors:
                self._remote[name] = self._connect(name, address)

        self._suggester = SuggesterService(
            self._loaded,
            self._batcher,
            self._remote,
            self._settings,
            self._reader,
        )
        rpc.add_SuggesterServicer_to_server(self._suggester, self._server)

    def _connect(self, name: str, address: str) -> RemoteBackend:
        # A model the release does not have may still run elsewhere, on any of the encoders.
        encoder_ids = self._loaded.needs.get(name, tuple(self._loaded.encoders))
        return RemoteBackend(
            name,
            address,
            encoder_ids,
            self._settings.max_message_length,
            self._settings.credentials,
        )

    async def _warm_up(self) -> None:
        """Ask each model of this process once: the first seller does not wait for lazy set-up."""
        job = Job(
            self._loaded, [Listing(title="warm up")], list(self._loaded.predictors)
        )
        deadline = asyncio.get_running_loop().time() + self._settings.max_deadline
        await self._batcher.run(job, 1, deadline)
        for name, answer in job.answers.items():
            # Answers will name it as missing; other models are fine.
            if isinstance(answer, Exception):
                report_bug(answer, f"model {name}")


def run(
    loaded: Suggester,
    settings: ServingSettings,
    suggests: bool = True,
    announce: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until SIGTERM or SIGINT; call ``announce`` with the port once the server is ready.

    Raises ``UnavailableError`` when the port is taken, ``InputError`` for settings that cannot be
    used.
    """
    settings.check_exposure()
    if settings.tls:
        server_credentials(settings.tls)
    if settings.tokens:
        read_tokens(Path(settings.tokens))
    metrics.RELEASE.labels(loaded.release).set(1)

    if settings.workers == 1:
        if settings.metrics_port:
            metrics.export(settings.host, settings.metrics_port)
        asyncio.run(_serve(Server(loaded, settings, suggests), announce))
        return

    with reserved_port(settings.host, settings.port) as port:
        shared = replace(settings, port=port)

        def serve(ready: Callable[[], None], lifeline: int) -> None:
            """Serve as one of the workers."""
            server = Server(loaded, shared, suggests, shares_port=True)
            asyncio.run(_serve(server, lambda _: ready(), lifeline))

        works = [serve] * settings.workers
        if settings.metrics_port:
            works.append(partial(export_until_closed, settings))
        Supervisor(metrics.mark_dead).run(works, lambda: announce(port))


def export_until_closed(
    settings: ServingSettings, ready: Callable[[], None], lifeline: int
) -> None:
    """Export the metrics of all workers, as a process of its own, until the lifeline is closed."""
    folder = os.environ[metrics.SHARED_FOLDER]
    metrics.export(settings.host, settings.metrics_port, folder)
    ready()
    os.read(lifeline, 1)


async def _serve(
    server: Server, announce: Callable[[int], None], lifeline: int | None = None
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    if lifeline is not None:
        loop.add_reader(lifeline, stop.set)

    announce(await server.start())
    await stop.wait()
    if lifeline is not None:
        # A pipe at its end stays readable: the loop would be told again and again.
        loop.remove_reader(lifeline)
    await server.stop()
