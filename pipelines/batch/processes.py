"""Work spread over processes: tasks in, results out in the same order, few of them held."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from common.errors import UnavailableError

Task = TypeVar("Task")
Result = TypeVar("Result")

TASKS_PER_WORKER = 2
"""Tasks given out for each worker: one it works on, and the next."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def map_in_order(
    start: Callable[[], Callable[[Task], Result]], tasks: Iterable[Task], count: int
) -> Iterator[Result]:
    """Yield the result of each task, in order, from ``count`` processes; one is this process.

    ``start`` is called once in every process, and what it returns for each task. Functions, tasks
    and results must be picklable where there are several. What a task raises is raised here;
    raises ``UnavailableError`` when a process is killed.
    """
    if count == 1:
        yield from map(start(), tasks)
        return
    context = multiprocessing.get_context("spawn")  # threads of this process forbid a fork
    with (
        _one_thread_each(),
        ProcessPoolExecutor(count, context, initializer=_begin) as pool,
    ):
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(_work, start, task))
                if len(waiting) == TASKS_PER_WORKER * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise UnavailableError(
                "a worker process was killed, most likely for want of memory: use fewer workers"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started here do not also share every matrix product among threads."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


_STARTED: list[Any] = []
"""What ``start`` returned in this worker; it has one for its whole life."""


def _begin() -> None:
    """Leave interrupts to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(start: Callable[[], Callable[[Task], Result]], task: Task) -> Result:
    if not _STARTED:
        _STARTED.append(start())
    result: Result = _STARTED[0](task)
    return result
