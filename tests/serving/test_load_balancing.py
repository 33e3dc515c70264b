"""Calls go to all processes behind a name, and one that dies or is added is noticed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress

import pytest

from common.errors import UnavailableError
from common.listing import Listing
from common.store.release import ReleaseStore
from serving import load_balancing, remote, server
from serving.remote import RemoteBackend
from tests.conftest import find_free_port
from tests.serving.dns_server import resolving

HOSTS = ("127.0.0.1", "127.0.0.2")
SHOES = [Listing("shoes")]
LISTREC = (sys.executable, "-c", "from cli.main import run; run()")


@asynccontextmanager
async def connected(address):
    """A backend that calls an address."""
    backend = RemoteBackend("price", address, 1_000_000)
    try:
        yield backend
    finally:
        await backend.close()


@pytest.fixture
def predictors(running, loaded, predictor):
    """Starts predictors at the same port of each host; returns what each saw, and the port."""

    def start(*hosts, releases=("r1", "r1")):
        port, saw = find_free_port(), []
        for host, release in zip(hosts, releases, strict=False):
            price = predictor("price")
            running(
                loaded(price, release=release), suggests=False, host=host, port=port
            )
            saw.append(price.saw)
        return saw, port

    return start


@pytest.fixture
def process(released_home):
    """Starts processes of a real predictor; each is a group of its own."""
    started = []

    def start(host, port):
        words = ("serve", "predictor", "price", "--workers", "1")
        done = subprocess.Popen(
            [*LISTREC, *words, "--host", host, "--port", str(port)],
            env=os.environ | {"LISTREC_HOME": str(released_home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(done)
        return done

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.communicate()


async def _ask(backend, n_calls, release="r1"):
    """Ask one after the other; return how many calls failed."""
    failed = 0
    for _ in range(n_calls):
        try:
            await backend.predict(SHOES, {}, release, timeout=10)
        except UnavailableError:
            failed += 1
    return failed


def test_calls_go_to_each_address_of_a_name_in_turn(predictors):
    saw, port = predictors(*HOSTS)

    async def scenario(address):
        async with connected(address) as backend:
            return await _ask(backend, 40)

    with resolving(*HOSTS) as dns:
        failed = asyncio.run(scenario(dns.target(port)))

    assert failed == 0
    assert [len(each) for each in saw] == pytest.approx([20, 20], abs=4)


def test_a_predictor_that_is_added_is_asked_once_connections_are_renewed(
    predictors, monkeypatch
):
    renewal = ("grpc.max_connection_age_ms", 200)
    monkeypatch.setattr(server, "SERVER_OPTIONS", (renewal,))
    again = ("grpc.dns_min_time_between_resolutions_ms", 50)
    monkeypatch.setattr(remote, "CHANNEL_OPTIONS", (*remote.CHANNEL_OPTIONS, again))
    saw, port = predictors(*HOSTS)

    async def scenario(dns):
        async with connected(dns.target(port)) as backend:
            failed = await _ask(backend, 20)
            before = len(saw[1])
            dns.addresses = HOSTS
            end = time.monotonic() + 30
            while not saw[1] and time.monotonic() < end:
                failed += await _ask(backend, 1)
            return failed, before

    with resolving(HOSTS[0]) as dns:
        failed, before = asyncio.run(scenario(dns))

    assert (failed, before) == (0, 0)
    assert saw[1]


def test_a_predictor_that_is_killed_fails_its_calls_in_flight_and_no_others(
    process, released_home
):
    release = ReleaseStore(str(released_home / "store")).champion()
    port = find_free_port()
    predictors = [process(host, port) for host in HOSTS]
    for each in predictors:
        assert "serving release" in each.stdout.readline()

    async def scenario(address):
        async with connected(address) as backend:
            callers = [
                asyncio.ensure_future(_ask(backend, 40, release)) for _ in range(4)
            ]
            await asyncio.sleep(0.05)
            os.killpg(predictors[0].pid, signal.SIGKILL)
            failed = sum(await asyncio.gather(*callers))
            return failed, await _ask(backend, 10, release)

    with resolving(*HOSTS) as dns:
        failed, failed_later = asyncio.run(scenario(dns.target(port)))

    assert failed <= 4
    assert failed_later == 0


@pytest.mark.parametrize(
    ("releases", "holds"), [(("r1", "r1"), True), (("r1", "r2"), False)]
)
def test_a_name_holds_a_release_once_all_behind_it_do(
    predictors, monkeypatch, releases, holds
):
    _, port = predictors(*HOSTS, releases=releases)

    async def resolve(address):
        return [f"{host}:{port}" for host in HOSTS]

    async def scenario():
        async with connected(f"{HOSTS[0]}:{port}") as backend:
            return await backend.holds("r1", timeout=5)

    monkeypatch.setattr(remote, "resolve", resolve)
    assert asyncio.run(scenario()) is holds


def test_all_addresses_of_a_name_are_found():
    def resolve(address):
        return asyncio.run(load_balancing.resolve(address))

    assert resolve("127.0.0.1:50051") == ["127.0.0.1:50051"]
    assert resolve("[::1]:50051") == ["[::1]:50051"]
    assert resolve("nobody.invalid:50051") == []
