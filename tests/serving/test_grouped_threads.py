"""Results of threads reach the event loop together, and soon."""

import asyncio
import threading
import time

import pytest

from serving import grouped_threads
from serving.grouped_threads import GroupedThreads

LATER = 30.0
"""Seconds that no test waits for."""


def _run(work, scenario, n_threads=1):
    async def run():
        threads = GroupedThreads(work, "test", n_threads)
        try:
            return await scenario(threads)
        finally:
            threads.close()

    return asyncio.run(run())


def test_what_waits_is_handed_over_together(monkeypatch):
    monkeypatch.setattr(grouped_threads, "GROUP_SECONDS", LATER)

    all_wait = threading.Event()

    def work(item):
        all_wait.wait(LATER)
        return 2 * item

    async def scenario(threads):
        futures = [threads.submit(item) for item in range(5)]
        all_wait.set()
        await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        return [future.result() for future in futures]

    assert _run(work, scenario) == [0, 2, 4, 6, 8]


def test_work_that_takes_long_is_handed_over_before_more_is_done(monkeypatch):
    monkeypatch.setattr(grouped_threads, "GROUP_SECONDS", 0.0001)
    gates = [threading.Event() for _ in range(3)]

    def work(item):
        gates[item].wait(LATER)
        time.sleep(0.001)

    async def scenario(threads):
        futures = [threads.submit(item) for item in range(3)]
        for gate, future in zip(gates, futures, strict=True):
            gate.set()
            await asyncio.wait_for(future, LATER)
        return [future.done() for future in futures]

    assert _run(work, scenario) == [True] * 3


def test_several_threads_share_the_work():
    both = threading.Barrier(2)

    async def scenario(threads):
        futures = [threads.submit(LATER) for _ in range(2)]
        return len(await asyncio.gather(*futures))

    assert _run(both.wait, scenario, n_threads=2) == 2


def test_a_failure_is_that_of_its_item():
    def work(item):
        return 1 / item

    async def scenario(threads):
        futures = [threads.submit(item) for item in (1, 0, 2)]
        return await asyncio.gather(*futures, return_exceptions=True)

    first, failed, last = _run(work, scenario)

    assert (first, last) == (1, 0.5)
    assert isinstance(failed, ZeroDivisionError)


def test_what_nobody_waits_for_any_more_is_left_out():
    gate, worked_on = threading.Event(), []

    def work(item):
        gate.wait(LATER)
        worked_on.append(item)

    async def scenario(threads):
        first, cancelled, last = [threads.submit(item) for item in range(3)]
        cancelled.cancel()
        gate.set()
        await asyncio.gather(first, last)

    _run(work, scenario)

    assert worked_on == [0, 2]


def test_what_waits_at_the_end_is_dropped():
    gate = threading.Event()

    async def scenario(threads):
        started, waiting = threads.submit(LATER), threads.submit(LATER)
        while len(threads._waiting) > 1:
            await asyncio.sleep(0)
        threads.close()
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return await started

    assert _run(gate.wait, scenario)
