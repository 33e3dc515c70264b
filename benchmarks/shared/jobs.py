"""Jobs of a benchmark: run in parallel, each output stored, so that a broken run can go on."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.shared.result_cache import load, store
from common.errors import UnavailableError

Job = TypeVar("Job")

Measure = Callable[[Job], Mapping[str, Any]]
"""Runs a job and returns its output for JSON; a function of a module, since it is pickled."""


def run_jobs(
    paths: Mapping[Job, Path], measure: Measure[Job], workers: int
) -> dict[Job, dict[str, Any]]:
    """Run the jobs whose output is not stored yet, ``workers`` at a time; return all outputs.

    ``paths`` are the files of the outputs. A line on standard error reports each job that is done.
    Without workers nothing is run, and jobs whose output is not stored are left out. Raises
    UnavailableError when all others are done if a job failed.
    """
    waiting = {job: path for job, path in paths.items() if not path.exists()}
    n_stored = len(paths) - len(waiting)
    print(f"{len(waiting)} jobs to run, {n_stored} are stored already", file=sys.stderr)

    if waiting and workers:
        _run_in_parallel(waiting, measure, workers)
    return {job: load(path) for job, path in paths.items() if path.exists()}


def _run_in_parallel(
    paths: Mapping[Job, Path], measure: Measure[Job], workers: int
) -> None:
    context = multiprocessing.get_context("spawn")  # torch does not survive a fork
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        running = {}
        for job, path in paths.items():
            future = pool.submit(_run, job, path, measure)
            running[future] = path.stem

        try:
            failed = _report(running)
        except BaseException:
            # Otherwise the pool would first finish every job that waits.
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    # Only now: hours of work of the other jobs are worth keeping.
    if failed:
        raise UnavailableError(f"{len(failed)} jobs failed; the first: {failed[0]}")


def _run(job: Job, path: Path, measure: Measure[Job]) -> float:
    """Run a job and store its output; return its seconds."""
    start = time.monotonic()
    output = measure(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    store(path, output)
    return time.monotonic() - start


def _report(running: Mapping[Future[float], str]) -> list[str]:
    """Print a line for each job that ends; return the reasons of those that failed."""
    start = time.monotonic()
    failed = []

    for n_done, future in enumerate(as_completed(running), start=1):
        error = future.exception()
        if error:
            failed.append(f"{running[future]}: {type(error).__name__}: {error}")
        outcome = "failed" if error else f"{future.result():.0f} s"
        minutes = (time.monotonic() - start) / 60
        left = len(running) - n_done
        print(
            f"{running[future]}: {outcome} ({left} jobs left, {minutes:.1f} min)",
            file=sys.stderr,
        )
    return failed
