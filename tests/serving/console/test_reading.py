"""What is read does not hold up those who ask, and stays where nothing newer can be had."""

import asyncio
import threading

import pytest

from common.errors import UnavailableError
from serving.console import reading
from serving.console.reading import Reader


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    monkeypatch.setattr(reading, "REST", 0)


def test_what_was_read_is_shown_for_a_while_and_read_once_for_all_who_ask():
    numbers = iter(range(10))

    async def ask():
        reader = Reader(lambda: next(numbers), max_age=60)
        together = await asyncio.gather(*(reader.get() for _ in range(5)))
        return [*together, await reader.get()]

    assert {reading.value for reading in asyncio.run(ask())} == {0}


def test_what_hangs_is_read_on_and_its_last_value_shown_meanwhile():
    release = threading.Event()
    waits = iter((False, True))

    def read():
        value = next(waits)
        if value:
            assert release.wait(60)
        return value

    async def ask():
        reader = Reader(read, max_age=0, patience=0.1, late=0)
        first = await reader.get()
        hanging = await reader.get()
        release.set()
        reader._patience = 60
        return first, hanging, await reader.get()

    first, hanging, last = asyncio.run(ask())
    assert (first.value, first.problem) == (False, "")
    assert hanging.value is False
    assert "no answer yet" in hanging.problem
    assert hanging.read_at == first.read_at
    assert (last.value, last.problem) == (True, "")


def test_what_takes_long_for_the_first_time_is_nothing_yet_and_no_problem():
    release = threading.Event()

    async def ask():
        reader = Reader(lambda: release.wait(60), patience=0.1)
        first = await reader.get()
        release.set()
        return first

    first = asyncio.run(ask())
    assert (first.value, first.read_at, first.problem) == (None, "", "")


def test_a_reading_that_took_long_is_followed_by_a_longer_rest(monkeypatch):
    monkeypatch.setattr(reading, "REST", 1_000_000)
    numbers = iter(range(10))

    async def ask():
        reader = Reader(lambda: next(numbers), max_age=0)
        await reader.get()
        return await reader.get()

    assert asyncio.run(ask()).value == 0


def test_an_error_is_a_problem_beside_the_last_value_until_it_is_read_again():
    answers = iter((1, UnavailableError("the store is away"), KeyError("x"), 2))

    def read():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask():
        reader = Reader(read, max_age=0)
        return [await reader.get() for _ in range(4)]

    first, away, bug, again = asyncio.run(ask())
    assert (first.value, first.problem) == (1, "")
    assert (away.value, away.problem) == (1, "the store is away")
    assert bug.problem.startswith("a bug, logged as")
    assert (again.value, again.problem) == (2, "")
