"""The shop's server: the real one, in processes of its own, asked over gRPC."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.serving.processes import Running
from benchmarks.serving.servers import LISTREC, announced
from common.errors import ListrecError, UnavailableError
from common.listing import Listing, Suggestions
from common.settings import Settings
from serving.client import Client

TIMEOUT_SECONDS = 300.0
"""A busy machine may take long; what is later than this hangs."""

POLL_SECONDS = 0.5
"""Seconds between two looks of the server for a new champion."""

SECONDS_BETWEEN_QUESTIONS = 0.5


@dataclass(slots=True)
class Answers:
    """What somebody saw who asked all the time.

    Attributes:
        by_release: number of answers of each release.
        failed: a sentence for each request that was not answered.
    """

    by_release: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


@contextmanager
def serve(settings: Settings) -> Iterator[tuple[Client, Running]]:
    """Run ``listrec serve`` with one worker; give a client of it, and its processes.

    It follows the champion and what is published of experiments.
    """
    environment = {
        "LISTREC_HOME": str(settings.home),
        "LISTREC_STORE": settings.store,
        "LISTREC_EVENTS": settings.events,
        "LISTREC_RELEASE_POLL": str(POLL_SECONDS),
        "LISTREC_DEFAULT_DEADLINE": "60",
    }
    command = [*LISTREC, "serve", "--port", "0", "--workers", "1"]
    with announced(command, environment) as running, Client(running.address) as client:
        yield client, running


def wait_until(
    client: Client, listing: Listing, is_done: Callable[[Suggestions], bool]
) -> float:
    """Ask about a listing until an answer is as it should be; return the seconds until then."""
    started = time.perf_counter()
    while time.perf_counter() < started + TIMEOUT_SECONDS:
        if is_done(client.suggest(listing, timeout=TIMEOUT_SECONDS)):
            return time.perf_counter() - started
        time.sleep(POLL_SECONDS / 5)
    raise UnavailableError(
        f"the server did not follow the store within {TIMEOUT_SECONDS:g} seconds"
    )


@contextmanager
def asking(client: Client, listing: Listing) -> Iterator[Answers]:
    """Ask about a listing all the time, in a thread, and count the answers."""
    answers = Answers()
    done = threading.Event()

    def ask() -> None:
        """Ask until the block ends."""
        while not done.wait(SECONDS_BETWEEN_QUESTIONS):
            try:
                found = client.suggest(listing, timeout=TIMEOUT_SECONDS)
            except ListrecError as error:
                answers.failed.append(str(error))
            else:
                answers.by_release[found.release] += 1

    thread = threading.Thread(target=ask, name="asking", daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        done.set()
        thread.join()
