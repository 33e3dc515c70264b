"""A real gateway on a free port, in front of the predictors of tests."""

import contextlib
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from models.suggester import Suggester
from serving.gateway.gateway import Gateway
from serving.gateway.settings import GatewaySettings
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.conftest import FakeEncoder, FakePredictor, run_in_thread

KEY = b"the key of a shop, for receipts."
SETTINGS = GatewaySettings(http="0", http_rate=1000.0, receipt_key=(KEY,))


@dataclass
class Both:
    """A server with a gateway in its process, as ``serving.run`` starts them."""

    server: Server
    gateway: Gateway

    async def start(self):
        port = await self.server.start()
        await self.gateway.start(self.server)
        return port

    async def stop(self):
        await self.gateway.stop()
        await self.server.stop()


class Gateways(contextlib.ExitStack):
    """Starts gateways on free ports, each with a server in a thread.

    Attributes:
        servers: the server behind each gateway, by the gateway's address.
    """

    def __init__(self):
        super().__init__()
        self.servers = {}

    def __call__(self, loaded, event_log=None, serving=None, **settings):
        """Start a gateway in front of what is loaded; return its address."""
        small = ServingSettings(port=0, shutdown_grace=5, photo_threads=1)
        serving = replace(small, **serving or {})
        gateway = Gateway(replace(SETTINGS, **settings), serving, event_log)
        self.enter_context(gateway.reserved())
        server = Server(loaded, serving)
        self.enter_context(run_in_thread(Both(server, gateway)))
        self.servers[gateway.address] = server
        return gateway.address


@pytest.fixture
def start_gateway():
    with Gateways() as gateways:
        yield gateways


@pytest.fixture(scope="module")
def gateways():
    """Starts gateways that run until the tests of a module end."""
    with Gateways() as gateways:
        yield gateways


@pytest.fixture(scope="module")
def address(gateways, tmp_path_factory):
    """A gateway in front of one model, with a log of events, one for a module."""
    encoder: Any = FakeEncoder()
    loaded = Suggester("r1", {"brand": FakePredictor("brand")}, {"one": encoder})
    return gateways(loaded, tmp_path_factory.mktemp("events"))


@pytest.fixture
def browser():
    """Makes clients that have loaded the page: ``browser(address)``."""
    with contextlib.ExitStack() as stack:

        def load(address):
            client = httpx.Client(base_url=address, timeout=30, trust_env=False)
            stack.enter_context(client)
            assert client.get("/").status_code == 200
            return client

        yield load
