"""Spreads tasks over processes: results come in the order of the tasks, few are kept in memory."""

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
"""Tasks submitted for each worker: the current one, and the next."""

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def map_in_order(
    start: Callable[[], Callable[[Task], Result]], tasks: Iterable[Task], count: int
) -> Iterator[Result]:
    """Yield the result of each task, in order, from ``count`` worker processes.

    ``start`` is called once in every process; the function that it returns is called with each
    task. A ``count`` of 1 means this process; with more, functions, tasks and results must be
    picklable. Raises what a task raises, and ``UnavailableError`` when a process is killed.
    """
    if count == 1:
        yield from map(start(), tasks)
        return

    # A fork would copy locks of running threads.
    context = multiprocessing.get_context("spawn")
    with (
        _one_thread_each(),
        ProcessPoolExecutor(count, context, initializer=_begin) as pool,
    ):
        waiting: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(_work, start, task))
                # The table may be longer than memory: read ahead only as far as workers need.
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
    """Limit numpy to one thread in processes that are started inside the block.

    Otherwise every process would start a thread per core for each matrix product.
    """
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


_WORKER: list[Any] = []
"""The function that ``start`` returned in this worker process; set by its first task."""


def _begin() -> None:
    """Leave Ctrl-C to the parent process, and end when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(start: Callable[[], Callable[[Task], Result]], task: Task) -> Result:
    if not _WORKER:
        _WORKER.append(start())
    result: Result = _WORKER[0](task)
    return result
