import asyncio
import threading
from dataclasses import replace
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from common.errors import UnavailableError
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import PREDICTOR_SERVICE, SUGGESTER_SERVICE, Server
from serving.settings import ServingSettings

SERVING = health_pb2.HealthCheckResponse.SERVING
UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.mark.parametrize("service", ["", PREDICTOR_SERVICE, SUGGESTER_SERVICE])
def test_each_service_and_the_whole_are_healthy(running, loaded, predictor, service):
    with grpc.insecure_channel(running(loaded(predictor("price")))) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        assert _health(channel).Check(request, timeout=5).status == SERVING


def test_a_predictor_alone_suggests_nothing(running, loaded, predictor):
    address = running(loaded(predictor("price")), suggests=False)

    with (
        grpc.insecure_channel(address) as channel,
        pytest.raises(grpc.RpcError) as raised,
    ):
        rpc.SuggesterStub(channel).Suggest(pb.SuggestRequest(), timeout=5)

    assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_reflection_lists_the_services(running, loaded, predictor):
    request = reflection_pb2.ServerReflectionRequest(list_services="")

    with grpc.insecure_channel(running(loaded(predictor("price")))) as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        response = next(stub.ServerReflectionInfo(iter([request]), timeout=5))

    names = {each.name for each in response.list_services_response.service}
    assert names >= {PREDICTOR_SERVICE, SUGGESTER_SERVICE, "grpc.health.v1.Health"}


def test_it_is_not_serving_before_its_models_were_tried(loaded, predictor, free_port):
    gate, said = threading.Event(), []

    class Slow(predictor):
        def predict(self, listings, encodings=None):
            gate.wait(30)
            return []

    async def check(port):
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = _health(channel)
            request = health_pb2.HealthCheckRequest()
            return (await stub.Check(request, wait_for_ready=True, timeout=5)).status

    async def scenario(port):
        server = Server(loaded(Slow("price")), ServingSettings(port=port))
        starting = asyncio.create_task(server.start())
        said.append(await check(port))
        gate.set()
        await starting
        said.append(await check(port))
        await server.stop()

    asyncio.run(scenario(free_port))
    assert said == [NOT_SERVING, SERVING]


def test_a_model_that_fails_its_warm_up_does_not_stop_the_others(
    running, loaded, predictor
):
    class Broken(predictor):
        def predict(self, listings, encodings=None):
            raise ValueError

    address = running(loaded(Broken("price"), predictor("brand")))

    with grpc.insecure_channel(address) as channel:
        response = rpc.SuggesterStub(channel).Suggest(pb.SuggestRequest(), timeout=5)

    assert set(response.suggestions) == {"brand"}


def test_a_request_in_flight_is_answered_before_the_server_stops(loaded, predictor):
    gate = threading.Event()
    slow = predictor("price", gate=gate)

    async def scenario():
        server = Server(loaded(slow), ServingSettings(port=0, shutdown_grace=10))
        port = await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            asked = rpc.SuggesterStub(channel).Suggest(pb.SuggestRequest(), timeout=10)
            answer = asyncio.ensure_future(_result(asked))
            while not slow.saw:
                await asyncio.sleep(0.01)
            stopping = asyncio.create_task(server.stop())
            await asyncio.sleep(0.05)
            assert not stopping.done()
            gate.set()
            await stopping
            return await answer

    assert set(asyncio.run(scenario()).suggestions) == {"price"}


def test_a_service_that_is_not_here_is_unknown(running, loaded, predictor):
    request = health_pb2.HealthCheckRequest(service="listing.v1.Other")

    with grpc.insecure_channel(running(loaded(predictor("price")))) as channel:
        stub = _health(channel)
        with pytest.raises(grpc.RpcError, match="no such service here"):
            stub.Check(request, timeout=5)
        assert next(stub.Watch(request, timeout=5)).status == UNKNOWN


def test_who_watches_is_told_of_the_end_and_holds_nothing_up(loaded, predictor):
    async def scenario():
        server = Server(
            loaded(predictor("price")), ServingSettings(port=0, shutdown_grace=60)
        )
        port = await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = _health(channel)
            watch = stub.Watch(health_pb2.HealthCheckRequest())
            said = [(await watch.read()).status]
            await asyncio.wait_for(server.stop(), 20)
            while (update := await watch.read()) is not grpc.aio.EOF:
                said.append(update.status)
            return said

    said = asyncio.run(scenario())

    assert said == [SERVING, NOT_SERVING]


def test_a_taken_port_is_a_sentence(running, loaded, predictor):
    port = int(running(loaded(predictor("price"))).rpartition(":")[2])

    async def start():
        await Server(
            loaded(predictor("price")), replace(ServingSettings(), port=port)
        ).start()

    with pytest.raises(
        UnavailableError, match="another server does: choose another port"
    ):
        asyncio.run(start())


def _health(channel) -> Any:
    """A stub of the health service, whose types name none of its methods."""
    return health_pb2_grpc.HealthStub(channel)


async def _result(call):
    return await call
