"""The faults: what is done to which servers, and for how long."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.faults.malformed import BUILDS, Build, MalformedConnections
from benchmarks.faults.servers import (
    DISTURBED,
    Servers,
    Start,
    four_predictors,
    two_workers,
)

DELAY_SECONDS = 1.0

Change = Callable[[Servers], None]
"""Does something to servers that are asked meanwhile."""


def nothing(_servers: Servers) -> None:
    """Leave the servers alone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happens to servers.

    Attributes:
        name: what happens.
        start: starts the servers.
        begin: begins it.
        end: ends it.
        seconds: time between the two.
        times_callers: how many times as many callers there are meanwhile as saturate the servers;
            0 where the number of callers stays the same.
    """

    name: str
    start: Start
    begin: Change
    end: Change = nothing
    seconds: float = 3.0
    times_callers: int = 0


def kill_worker(servers: Servers) -> None:
    """Kill one worker."""
    servers.front.workers()[0].kill()


def pause_worker(servers: Servers) -> None:
    """Stop one worker by SIGSTOP: its connections stay open, and nobody answers."""
    servers.front.workers()[0].suspend()


def resume_workers(servers: Servers) -> None:
    """Let all workers go on."""
    for worker in servers.front.workers():
        worker.resume()


def kill_predictor(servers: Servers) -> None:
    """Kill the disturbed predictor."""
    servers.predictors[DISTURBED].kill()


def start_predictor(servers: Servers) -> None:
    """Start the disturbed predictor again, where it was."""
    servers.predictors[DISTURBED].start()


def pause_predictor(servers: Servers) -> None:
    """Stop the disturbed predictor by SIGSTOP."""
    servers.predictors[DISTURBED].signal(signal.SIGSTOP)


def resume_predictor(servers: Servers) -> None:
    """Let the disturbed predictor go on."""
    servers.predictors[DISTURBED].signal(signal.SIGCONT)


def delay_predictor(seconds: float, servers: Servers) -> None:
    """Hold up what the disturbed predictor answers."""
    assert servers.proxy is not None
    servers.proxy.delay = seconds


def lose_store(servers: Servers) -> None:
    """Move the release store away, and kill a worker, which is replaced without it."""
    servers.store.rename(_elsewhere(servers.store))
    kill_worker(servers)


def restore_store(servers: Servers) -> None:
    """Move the release store back."""
    _elsewhere(servers.store).rename(servers.store)


def _elsewhere(store: Path) -> Path:
    return store.with_name("lost")


def _malformed(what: str, build: Build) -> Fault:
    connections = MalformedConnections(build)
    name = f"connections that send {what}"
    return Fault(name, two_workers, connections.begin, connections.end)


FAULTS = (
    Fault("kill -9 of one of two workers", two_workers, kill_worker),
    Fault("SIGSTOP of one of two workers", two_workers, pause_worker, resume_workers),
    Fault(
        "the store is lost and a worker killed",
        two_workers,
        lose_store,
        restore_store,
        seconds=5.0,
    ),
    Fault(
        f"kill -9 of the {DISTURBED} predictor, started again",
        four_predictors,
        kill_predictor,
        start_predictor,
        seconds=2.0,
    ),
    Fault(
        f"SIGSTOP of the {DISTURBED} predictor",
        four_predictors,
        pause_predictor,
        resume_predictor,
    ),
    Fault(
        f"the {DISTURBED} predictor answers {DELAY_SECONDS:.0f} s late",
        partial(four_predictors, behind_proxy=True),
        partial(delay_predictor, DELAY_SECONDS),
        partial(delay_predictor, 0.0),
    ),
    Fault(
        "three times as many callers as saturate it",
        two_workers,
        nothing,
        times_callers=3,
    ),
    *(_malformed(what, build) for what, build in BUILDS.items()),
)
"""All faults, in the order of the table."""
