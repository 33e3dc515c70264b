"""Workers that die are replaced by workers that answer."""

import time

from benchmarks.faults.servers import two_workers
from common.listing import Listing
from serving.client import Client


def test_replacements_answer_when_every_first_worker_is_gone(released_home):
    with two_workers(released_home) as servers:
        first = servers.front.workers()
        for worker in first:
            worker.kill()
            worker.wait(30)
            until(lambda gone=worker: len({*servers.front.workers()} - {gone}) == 2)

        second = servers.front.workers()
        with Client(servers.front.address) as client:
            answer = client.suggest(Listing("shoes"), timeout=30)
        # They would have been replaced by now, had they died when they were ready.
        time.sleep(1.5)
        assert servers.front.workers() == second

    assert not set(first) & set(second)
    assert answer.missing == {}


def until(holds):
    """Wait until something holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
