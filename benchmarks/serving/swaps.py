"""Change the release of a server under load, again and again, and measure what callers notice.

Some callers ask without a pause, and another one over a new connection each time, while the
champion changes between two releases of the same size. A change lasts from the promotion until the
last worker has taken the release. The latency of answers during changes is compared with that of
all others.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import psutil

from benchmarks.serving import processes, requests
from benchmarks.serving.processes import Running
from benchmarks.serving.servers import LISTREC
from benchmarks.serving.steady_callers import TIMEOUT_SECONDS, SteadyCallers
from benchmarks.serving.twin_releases import publish_twice
from benchmarks.shared.command_line import make_parser
from common.errors import UnavailableError
from common.settings import Settings
from common.store.release import FetchedRelease, ReleaseStore

MODULE = "benchmarks.serving.swaps"

PURPOSE = "Change releases under load: nothing may be lost, nor become much slower."

EXAMPLES = """
listrec demo && python -m benchmarks.serving.swaps
python -m benchmarks.serving.swaps --seconds 600 --every 3
"""


@dataclass(frozen=True, slots=True)
class Soak:
    """What callers saw.

    Attributes:
        n_changes: changes of the release that all workers have taken.
        n_answers: answers to all callers.
        n_failed: requests without an answer, and connections that failed.
        during: p50 and p99 of the latency during changes, in milliseconds.
        otherwise: those of all other answers.
        change_seconds: median time of a change.
        memory: memory of all processes at the beginning and at the end, in MB.
    """

    n_changes: int
    n_answers: int
    n_failed: int
    during: tuple[float, float]
    otherwise: tuple[float, float]
    change_seconds: float
    memory: tuple[float, float]


def soak(
    champion: FetchedRelease, seconds: float, every: float, callers: int, workers: int
) -> Soak:
    """Serve a release and a copy of it in turn, ``every`` so many ``seconds``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = ReleaseStore(str(folder / "store"))
        releases = publish_twice(champion, store, folder)
        log = folder / "log"
        with _started(log, workers, _environment(folder, store)) as running:
            bodies = list(map(requests.to_message, requests.text_listings()))
            asked = SteadyCallers(running.address, bodies)
            with asked.asking(callers):
                time.sleep(every)
                before = sum(running.memory())
                changes = list(_change(store, releases, log, workers, seconds, every))
                after = sum(running.memory())
    return _summarise(asked, changes, (before, after))


def _environment(home: Path, store: ReleaseStore) -> dict[str, str]:
    return {
        "LISTREC_HOME": str(home),
        "LISTREC_STORE": store.url,
        "LISTREC_RELEASE_POLL": "0.1",
        # On a busy machine a server would refuse what it cannot answer in a second.
        "LISTREC_DEFAULT_DEADLINE": str(TIMEOUT_SECONDS / 4),
    }


@contextmanager
def _started(
    log: Path, workers: int, environment: Mapping[str, str]
) -> Iterator[Running]:
    """Run ``listrec serve``, which writes to ``log``, until it says that it is ready."""
    command = [*LISTREC, "serve", "--port", "0", "--workers", str(workers)]
    started = time.perf_counter()
    with (
        log.open("wb") as output,
        processes.start(command, environment, output.fileno()) as process,
    ):
        while not (
            ready := re.search(r"serving release \w+ on (\S+)\n", log.read_text())
        ):
            if process.poll() is not None:
                raise UnavailableError(f"the server did not start: {log.read_text()}")
            time.sleep(0.02)
        seconds = time.perf_counter() - started
        yield Running(ready[1], (psutil.Process(process.pid),), seconds)


def _change(
    store: ReleaseStore,
    releases: Sequence[str],
    log: Path,
    workers: int,
    seconds: float,
    every: float,
) -> Iterator[tuple[float, float]]:
    """Change the champion until the time is over; yield when each change began and ended."""
    end = time.perf_counter() + seconds
    others = cycle(reversed(releases))
    n_taken = 0
    while time.perf_counter() < end:
        started = time.perf_counter()
        store.promote(next(others))
        n_taken += workers
        while log.read_text().count('"release taken"') < n_taken:
            if time.perf_counter() > started + TIMEOUT_SECONDS:
                raise TimeoutError(f"a release was not taken: {_last_events(log)}")
            time.sleep(0.02)
        ended = time.perf_counter()
        yield started, ended
        time.sleep(max(0.0, started + every - ended))


def _last_events(log: Path) -> str:
    """Return the newest lines about anything but requests."""
    lines = log.read_text().splitlines()
    return "\n".join([line for line in lines if '"request"' not in line][-20:])


def _summarise(
    asked: SteadyCallers,
    changes: Sequence[tuple[float, float]],
    memory: tuple[float, float],
) -> Soak:
    times, latencies = np.array(asked.answers).T
    during = np.zeros(len(times), dtype=bool)
    for started, ended in changes:
        during |= (times + latencies >= started) & (times <= ended)

    return Soak(
        len(changes),
        len(times) + asked.n_reconnected,
        asked.n_failed,
        _percentiles(latencies[during]),
        _percentiles(latencies[~during]),
        float(np.median([ended - started for started, ended in changes])),
        memory,
    )


def _percentiles(seconds: np.ndarray) -> tuple[float, float]:
    p50, p99 = 1000 * np.percentile(seconds, (50, 99))
    return float(p50), float(p99)


def main() -> int:
    """Measure and print; the exit code is 1 when a request was lost."""
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=3.0, help="seconds")
    parser.add_argument("--callers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()

    settings = Settings.from_environment(os.environ)
    champion = ReleaseStore(settings.store).fetch(settings.cache)
    result = soak(
        champion,
        arguments.seconds,
        arguments.every,
        arguments.callers,
        arguments.workers,
    )
    print(_describe(result, arguments))
    return int(result.n_failed > 0)


def _describe(result: Soak, arguments: argparse.Namespace) -> str:
    ratio = result.during[1] / result.otherwise[1]
    return (
        f"{result.n_changes} changes of {result.change_seconds:.2f} s each,"
        f" {result.n_answers:,} answers, {result.n_failed} lost\n"
        f"p50 and p99 during changes {result.during[0]:.1f} and {result.during[1]:.1f} ms,"
        f" otherwise {result.otherwise[0]:.1f} and {result.otherwise[1]:.1f} ms:"
        f" p99 is {ratio:.2f} times as high with {arguments.callers} callers\n"
        f"memory {result.memory[0]:.0f} MB before, {result.memory[1]:.0f} MB after"
    )


if __name__ == "__main__":
    sys.exit(main())
