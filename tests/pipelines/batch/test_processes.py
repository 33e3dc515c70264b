import os
from collections.abc import Callable

import pytest

from common.errors import InputError, UnavailableError
from pipelines.batch.processes import map_in_order


def _double() -> Callable[[int], int]:
    return _doubled


def _doubled(number: int) -> int:
    if number == 13:
        raise InputError("13 brings bad luck")
    if number == 99:
        os._exit(9)
    return 2 * number


def _where() -> Callable[[int], int]:
    return _process


def _process(number: int) -> int:
    return os.getpid()


@pytest.mark.parametrize("count", [1, 3])
def test_results_come_in_the_order_of_the_tasks(count: int) -> None:
    assert list(map_in_order(_double, range(12), count)) == list(range(0, 24, 2))


def test_one_worker_is_this_process_and_several_are_others() -> None:
    assert set(map_in_order(_where, range(3), 1)) == {os.getpid()}
    assert os.getpid() not in set(map_in_order(_where, range(3), 2))


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_task_raises_is_raised_here(count: int) -> None:
    with pytest.raises(InputError, match="bad luck"):
        list(map_in_order(_double, [1, 13, 2], count))


def test_a_killed_worker_is_told_in_a_sentence() -> None:
    with pytest.raises(UnavailableError, match="use fewer workers"):
        list(map_in_order(_double, [1, 99, 2], 2))


def test_only_a_few_tasks_are_taken_ahead() -> None:
    taken = []

    def tasks():
        for number in range(12):
            taken.append(number)
            yield number

    results = map_in_order(_double, tasks(), 2)
    next(results)
    assert len(taken) == 4
    assert len(list(results)) == 11
