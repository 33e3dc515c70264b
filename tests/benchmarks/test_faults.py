"""Callers see faults, and the page says what they saw."""

import socket
import threading
import time
from functools import partial

import pytest

from benchmarks.faults.callers import Observation, Request, measure, requests
from benchmarks.faults.faults import (
    Fault,
    kill_predictor,
    kill_worker,
    start_predictor,
)
from benchmarks.faults.proxy import DelayProxy
from benchmarks.faults.report import collect, page_section
from benchmarks.faults.servers import four_predictors, two_workers
from benchmarks.shared.results import Run

CALLERS = 12
SECONDS = 0.5

RUN = Run("faults", "synthetic", "2026-01-01", "abc", "3.11", "make bench-faults")


@pytest.fixture
def watch(released_home):
    """Lets a fault happen to servers of the champion; returns what callers saw."""

    def run(fault, seconds=SECONDS):
        with fault.start(released_home) as servers:
            return measure(servers, fault, requests(), CALLERS, seconds, deadline=30.0)

    return run


def test_a_killed_worker_fails_what_it_was_answering_and_nothing_else(watch):
    seen = watch(Fault("kill", two_workers, kill_worker, seconds=1.0))

    failed = [request for request in seen.requests if not request.is_whole]
    assert {request.status for request in failed} == {"UNAVAILABLE"}
    assert 1 <= len(failed) <= CALLERS
    assert sum(request.is_whole for request in seen.requests) > CALLERS


def test_a_killed_predictor_is_missing_in_answers(watch):
    start = partial(four_predictors, names=("price",))
    seen = watch(Fault("kill", start, kill_predictor, seconds=0.5))

    lacking = [request for request in seen.requests if request.is_partial]
    assert {request.missing for request in lacking} == {(("price", "unavailable"),)}
    assert {request.status for request in seen.requests} == {"OK"}
    assert all(request.ended > 0 for request in lacking)


@pytest.mark.slow
def test_a_predictor_that_is_started_again_is_back_in_answers(watch):
    start = partial(four_predictors, names=("price",))
    fault = Fault("kill", start, kill_predictor, start_predictor, seconds=0.5)

    # The suggester connects again within a second, and leaves it alone for another one.
    seen = watch(fault, seconds=6.0)

    last = max(seen.requests, key=lambda request: request.started)
    assert any(request.is_partial for request in seen.requests)
    assert last.is_whole


@pytest.fixture
def repeater():
    """The address of a server that sends back what it receives, over one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                while data := connection.recv(1024):
                    connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_proxy_delivers_late_and_in_order(repeater):
    with DelayProxy(repeater) as proxy:
        host, _, port = proxy.address.rpartition(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            proxy.delay = 0.3
            started = time.monotonic()
            connection.sendall(b"late ")
            time.sleep(0.1)
            proxy.delay = 0.0
            connection.sendall(b"prompt")
            received = b""
            while len(received) < len(b"late prompt"):
                received += connection.recv(1024)

    assert received == b"late prompt"
    assert time.monotonic() - started >= 0.3


def _observation(fault, *requests, **more):
    return Observation(fault, 2, 3.0, requests, **more)


def test_the_page_counts_every_request_once_and_says_what_was_lost():
    seen = _observation(
        "kill",
        Request(-2.0, 0.010, "OK"),
        Request(-0.5, 1.0, "UNAVAILABLE"),
        Request(1.0, 0.020, "OK"),
        Request(1.5, 0.020, "OK", (("price", "deadline"),)),
        Request(3.5, 0.010, "OK"),
    )

    page = page_section(RUN, collect([seen], RUN))

    assert (
        "| kill | 3.0 | 2 | 4 | 2 | 1 | 1 | 1.00 | 1.52 | 10 | 20 | 10 | 20 |"
        " 25.0% failed (1 UNAVAILABLE). 25.0% were answered without (1 price: deadline)."
        " Others waited 2.0 times as long. |" in page
    )
    assert "Under overload" not in page


def test_nothing_lost_is_said_too():
    seen = _observation("none", Request(-1.0, 0.01, "OK"), Request(1.0, 0.01, "OK"))
    assert "| 0.00 | 10 | 10 | 10 | 10 | All had whole answers. |" in page_section(
        RUN, collect([seen], RUN)
    )


def test_overload_stands_beside_its_goal():
    seen = _observation(
        "overload",
        Request(-1.0, 0.1, "OK"),
        Request(1.0, 0.15, "OK"),
        Request(1.0, 0.001, "RESOURCE_EXHAUSTED"),
        times_callers=3,
    )
    page = page_section(RUN, collect([seen], RUN))
    assert (
        "p99 is 1.50 times that at capacity, and the goal is at most 2; 50.0%" in page
    )
