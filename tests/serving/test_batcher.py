"""The laws of the batcher, and of what it computes."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import OverloadError
from serving.batcher import Batcher

LATER = 30.0
"""Seconds that no test waits for."""


class Recorder:
    """Computes nothing, and remembers the batches; waits for ``gate`` before each."""

    def __init__(self, gate=None, error=None):
        self.batches = []
        self.gate = gate
        self.error = error

    def __call__(self, jobs):
        if self.gate:
            self.gate.wait(LATER)
        self.batches.append(list(jobs))
        if self.error:
            raise self.error


async def _first_is_computed(recorder, batcher):
    """Start a job that waits for the gate, so that whatever comes next has to wait."""
    deadline = asyncio.get_running_loop().time() + LATER
    first = asyncio.ensure_future(batcher.run("first", 1, deadline))
    for _ in range(2):  # it is queued in one turn of the loop, and taken in the next
        await asyncio.sleep(0)
    return first, deadline


def _with_batcher(recorder, work, max_batch=4, max_waiting=100):
    batcher = Batcher(recorder, "test", max_batch, max_waiting)
    try:
        return asyncio.run(work(batcher))
    finally:
        if recorder.gate:
            recorder.gate.set()
        batcher.close()


@given(sizes=st.lists(st.integers(1, 6), max_size=20))
def test_all_that_waits_is_computed_in_order_in_batches_of_the_largest_size(sizes):
    recorder = Recorder(threading.Event())

    async def work(batcher):
        first, deadline = await _first_is_computed(recorder, batcher)
        jobs = list(enumerate(sizes))
        waiting = [
            asyncio.ensure_future(batcher.run(job, job[1], deadline)) for job in jobs
        ]
        await asyncio.sleep(0)
        recorder.gate.set()
        assert all(await asyncio.gather(first, *waiting))
        return jobs

    jobs = _with_batcher(recorder, work)

    first, *batches = recorder.batches
    assert first == ["first"]
    assert [job for batch in batches for job in batch] == jobs
    totals = [sum(size for _, size in batch) for batch in batches]
    assert all(
        total <= 4 or len(batch) == 1
        for total, batch in zip(totals, batches, strict=True)
    )
    # No batch could have taken the first job of the next one too.
    for total, batch in zip(totals, batches[1:], strict=False):
        assert total + batch[0][1] > 4


def test_a_job_alone_is_computed_at_once_and_without_a_timer():
    recorder = Recorder()

    async def work(batcher):
        deadline = asyncio.get_running_loop().time() + LATER
        return await batcher.run("alone", 1, deadline)

    assert _with_batcher(recorder, work)
    assert recorder.batches == [["alone"]]


def test_jobs_of_one_turn_of_the_loop_are_computed_together():
    recorder = Recorder()

    async def work(batcher):
        deadline = asyncio.get_running_loop().time() + LATER
        jobs = [batcher.run(number, 1, deadline) for number in range(3)]
        return await asyncio.gather(*jobs)

    assert all(_with_batcher(recorder, work))
    assert recorder.batches == [[0, 1, 2]]


def test_what_has_expired_is_not_computed():
    recorder = Recorder(threading.Event())

    async def work(batcher):
        first, deadline = await _first_is_computed(recorder, batcher)
        now = asyncio.get_running_loop().time()
        assert not await batcher.run("late", 1, now + 0.01)
        recorder.gate.set()
        assert await first
        assert await batcher.run("next", 1, deadline)

    _with_batcher(recorder, work)
    assert recorder.batches == [["first"], ["next"]]


def test_what_a_client_gave_up_is_not_computed():
    recorder = Recorder(threading.Event())

    async def work(batcher):
        first, deadline = await _first_is_computed(recorder, batcher)
        cancelled = asyncio.ensure_future(batcher.run("gone", 1, deadline))
        await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.sleep(0)
        recorder.gate.set()
        assert await first

    _with_batcher(recorder, work)
    assert recorder.batches == [["first"]]


def test_one_larger_job_waits_although_it_is_more_than_may_wait():
    recorder = Recorder(threading.Event())

    async def work(batcher):
        first, deadline = await _first_is_computed(recorder, batcher)
        large = asyncio.ensure_future(batcher.run("large", 50, deadline))
        await asyncio.sleep(0)
        with pytest.raises(OverloadError, match="51 listings are before this one"):
            await batcher.run("one too many", 1, deadline)
        recorder.gate.set()
        assert await first
        assert await large

    _with_batcher(recorder, work, max_waiting=10)
    assert recorder.batches == [["first"], ["large"]]


def test_a_failure_is_that_of_its_batch_and_the_next_one_is_computed():
    recorder = Recorder(error=ValueError("broken"))

    async def work(batcher):
        deadline = asyncio.get_running_loop().time() + LATER
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"):
                await batcher.run("job", 1, deadline)

    _with_batcher(recorder, work)
    assert len(recorder.batches) == 2


def test_what_would_be_late_is_refused_at_once_and_told_when_to_come_again():
    recorder = Recorder(threading.Event())

    async def work(batcher):
        loop = asyncio.get_running_loop()
        # Ten listings take a tenth of a second at least.
        slow = asyncio.ensure_future(batcher.run("slow", 10, loop.time() + LATER))
        await asyncio.sleep(0.1)
        recorder.gate.set()
        assert await slow
        recorder.gate.clear()

        first = asyncio.ensure_future(batcher.run("first", 10, loop.time() + LATER))
        await asyncio.sleep(0)
        with pytest.raises(OverloadError) as refused:
            await batcher.run("hurried", 1, loop.time() + 0.05)
        patient = asyncio.ensure_future(batcher.run("ok", 1, loop.time() + LATER))
        await asyncio.sleep(0)
        recorder.gate.set()
        assert await first
        assert await patient
        return refused.value.retry_after

    assert 0.09 < _with_batcher(recorder, work) < LATER
    assert recorder.batches == [["slow"], ["first"], ["ok"]]


def test_an_idle_batcher_refuses_nothing():
    recorder = Recorder(threading.Event())

    async def work(batcher):
        loop = asyncio.get_running_loop()
        slow = asyncio.ensure_future(batcher.run("slow", 1, loop.time() + LATER))
        await asyncio.sleep(0.1)
        recorder.gate.set()
        assert await slow
        return await batcher.run("hurried", 1, loop.time() + 0.05)

    assert _with_batcher(recorder, work)
