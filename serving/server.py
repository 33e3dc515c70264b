"""A server process: what was loaded, behind a port, from the first request to a graceful stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.errors import UnavailableError
from common.listing import Listing
from models.suggester import Suggester
from serving.backends import Backend, InProcess, Remote
from serving.health import NAME as HEALTH
from serving.health import Health
from serving.interceptors import Boundary, report_bug
from serving.predictor import PredictorService
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings
from serving.suggest import SuggesterService

PREDICTOR = pb.DESCRIPTOR.services_by_name["Predictor"].full_name
SUGGESTER = pb.DESCRIPTOR.services_by_name["Suggester"].full_name


class Server:
    """Answers for the loaded models, and with ``suggests`` for all models together.

    The suggester asks ``settings.predictors`` for models that are not loaded here.
    """

    def __init__(self, loaded: Suggester, settings: ServingSettings, suggests: bool = True) -> None:
        self.release = loaded.release
        self._loaded = loaded
        self._settings = settings
        self._suggests = suggests
        self._asked: dict[str, Backend] = {}
        self._suggester: SuggesterService | None = None
        self._photo_threads = ThreadPoolExecutor(settings.max_workers, "photos")

    async def start(self) -> int:
        """Listen and warm up; return the port. Raises ``UnavailableError`` when it is taken."""
        size = self._settings.max_message_length
        self._server = grpc.aio.server(
            interceptors=(Boundary(),),
            options=(
                ("grpc.so_reuseport", 0),  # two servers on one port would share it silently
                ("grpc.max_receive_message_length", size),
                ("grpc.max_send_message_length", size),
            ),
        )
        port = self._bind()
        names = self._add_services()
        self._health = Health(names)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection((*names, HEALTH, reflection.SERVICE_NAME), self._server)
        await self._server.start()
        await self._warm_up()
        await self._health.serving()
        return port

    async def stop(self) -> None:
        """Take no more requests, finish those in flight within the grace period, let go."""
        await self._health.leaving()
        await self._server.stop(self._settings.shutdown_grace)
        if self._suggester:
            self._suggester.close()
        self._photo_threads.shutdown(wait=False, cancel_futures=True)
        for asked in self._asked.values():
            await asked.close()

    def _bind(self) -> int:
        address = f"{self._settings.host}:{self._settings.port}"
        try:
            return self._server.add_insecure_port(address)
        except RuntimeError:
            raise UnavailableError(
                f"{address} cannot be listened on, perhaps another server does:"
                " choose another port with --port, or --port 0 for any free one"
            ) from None

    def _add_services(self) -> list[str]:
        """Add the services of this process; return their names."""
        loaded, settings = self._loaded, self._settings
        here = {
            name: InProcess(each, settings.max_workers) for name, each in loaded.predictors.items()
        }
        self._asked.update(here)
        names = []
        if here:
            service = PredictorService(here, loaded.encoders, settings, self._photo_threads)
            rpc.add_PredictorServicer_to_server(service, self._server)
            names.append(PREDICTOR)
        if self._suggests:
            self._asked |= {
                name: self._connect(name, address)
                for name, address in settings.predictors.items()
                if name not in here
            }
            self._suggester = SuggesterService(
                loaded.release, loaded.encoders, self._asked, settings, self._photo_threads
            )
            rpc.add_SuggesterServicer_to_server(self._suggester, self._server)
            names.append(SUGGESTER)
        return names

    def _connect(self, name: str, address: str) -> Remote:
        encoders = self._loaded.needs.get(name, tuple(self._loaded.encoders))
        return Remote(name, address, encoders, self._settings.max_message_length)

    async def _warm_up(self) -> None:
        """Ask each model of this process once, so that the first seller does not wait for it."""
        for name in self._loaded.predictors:
            try:
                await self._asked[name].ask(
                    [Listing(title="warm up")], {}, self._settings.max_deadline
                )
            except Exception as error:  # it will be named in answers, others are fine
                report_bug(error, f"model {name}")


def run(
    loaded: Suggester,
    settings: ServingSettings,
    suggests: bool = True,
    announce: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until SIGTERM or SIGINT; ``announce`` is told the port when requests are welcome."""
    asyncio.run(_run(Server(loaded, settings, suggests), announce))


async def _run(server: Server, announce: Callable[[int], None]) -> None:
    asked_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    announce(await server.start())
    await asked_to_stop.wait()
    await server.stop()
