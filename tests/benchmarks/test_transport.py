"""The comparison of transports: its network, its typists, and the ways to ask."""

import asyncio
import itertools
import sys
import time

import pytest

from benchmarks.serving import servers
from benchmarks.shared.results import Run
from benchmarks.transport import report
from benchmarks.transport.measure import POST, WAYS, Case, Typing, measure
from benchmarks.transport.network import Link, Network
from benchmarks.transport.prototype import MODULE as PROTOTYPE
from benchmarks.transport.typed import PAUSE, typed_listings
from benchmarks.transport.ways import PhotosOnce, Posts, Stream

RUN = Run("transport", "synthetic", "2026-01-01", "abc", "3.11", "make bench-transport")
ROUND_TRIP = 0.05
KEYS = ("Nike", "Nike shoes")


async def _exchange(address, n_connections):
    """Send a byte to an echo over each connection in turn; return the seconds of each."""
    host, _, port = address.rpartition(":")
    seconds = []
    for _ in range(n_connections):
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"x")
        assert await reader.readexactly(1) == b"x"
        seconds.append(time.perf_counter() - began)
        writer.close()
    return seconds


async def _echo(reader, writer):
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.mark.parametrize("is_http2", [False, True])
def test_a_new_connection_has_handshakes_unless_it_is_a_stream(is_http2):
    async def run():
        echo = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port = echo.sockets[0].getsockname()[1]
        network = Network(f"127.0.0.1:{port}", Link(ROUND_TRIP, is_http2=is_http2))
        async with echo, network.open():
            return await _exchange(network.address, 4), network

    (first, *others), network = asyncio.run(run())

    handshaken = 2.9 * ROUND_TRIP
    assert first >= handshaken
    assert (min(others) < handshaken) == is_http2
    assert (network.n_sent, network.n_received) == (4, 4)


def test_a_slow_uplink_holds_up_what_is_sent():
    async def run():
        echo = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port = echo.sockets[0].getsockname()[1]
        network = Network(f"127.0.0.1:{port}", Link(uplink=20))
        async with echo, network.open():
            return await _exchange(network.address, 2)

    assert min(asyncio.run(run())) >= 0.9 / 20


def test_a_listing_grows_key_by_key_after_its_photos():
    first, second = itertools.islice(typed_listings(1, 30), 2)

    assert [len(state) for state in first.states] == list(range(1, 31))
    assert first.states[-1].startswith(first.states[0])
    assert first.times[0] > PAUSE
    assert sorted(first.times) == list(first.times)
    assert first.photos != second.photos


@pytest.fixture(scope="module")
def prototype(released_home):
    """The address of the prototype with the champion of tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LISTREC_HOME", str(released_home))
        with servers.announced([sys.executable, "-m", PROTOTYPE]) as running:
            yield running.address


@pytest.mark.parametrize(
    ("make_way", "n_uploads"), [(Posts, 2), (PhotosOnce, 1), (Stream, 1)]
)
def test_each_way_answers_all_states_and_sends_photos_as_often_as_it_says(
    make_way, n_uploads, prototype
):
    [listing] = itertools.islice(typed_listings(1, 1), 1)

    async def run():
        answers: asyncio.Queue[int] = asyncio.Queue()
        way, network = make_way(answers.put_nowait), Network(prototype, Link())
        async with network.open(), asyncio.timeout(30):
            await way.open(network.address, listing.photos)
            for number, text in enumerate(KEYS):
                way.send(number, text)
                assert await answers.get() == number
            await way.close()
        return network.n_sent

    n_sent = asyncio.run(run())

    [photo] = listing.photos
    assert n_sent / len(photo) == pytest.approx(n_uploads, abs=0.1)


def test_a_newer_post_aborts_the_older_one(prototype):
    async def run():
        answers: asyncio.Queue[int] = asyncio.Queue()
        way = Posts(answers.put_nowait)
        async with asyncio.timeout(30):
            await way.open(prototype, ())
            way.send(1, KEYS[0])
            await asyncio.sleep(0)
            way.stop()
            way.send(2, KEYS[1])
            first = await answers.get()
            await way.close()
        return first, answers.empty()

    assert asyncio.run(run()) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_a_listing_is_typed_to_its_end(name, released_home, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(released_home))

    typing = measure(name, Case(1, 0.05, Link(ROUND_TRIP)), n_typists=2, n_states=4)

    assert typing.newest_ms > 50
    assert 2 <= typing.n_requests <= 5
    assert 1 <= typing.n_computed <= typing.n_requests
    assert min(typing.cpu_ms, typing.sent_kb, typing.received_kb) > 0


def test_the_page_states_ratios_to_posts():
    case = Case(2, 0.25, Link(0.1))
    measured = [
        (POST, case, Typing(600, 50, 5, 4, 1000, 20)),
        ("WebSocket", case, Typing(300, 40, 5, 5, 100, 20)),
    ]

    page = report.page_section(RUN, report.collect(measured, RUN))

    figures = "300 | 0.50 | 40 | 0.80 | 100 | 0.10 | 20 | 5 | 5"
    assert f"| 2, 250 ms, 100 ms | WebSocket | {figures} |" in page
