"""Where the memory of a server goes: by kind of mapping, after each load."""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from statistics import median

import psutil

from benchmarks.serving import requests, servers
from benchmarks.serving.contestants import CALLERS, METHOD
from benchmarks.serving.grpc_connection import GrpcConnection
from benchmarks.serving.load import put_under_load
from benchmarks.serving.processes import Running
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.markdown import table
from serving.allocator import INTERVAL

MODULE = "benchmarks.serving.memory"

EXAMPLES = """
python -m benchmarks.serving.memory --workers 1
"""

PURPOSE = (
    "Measure the memory of 'listrec serve' with the champion, which must be published."
)

HEAP, ANONYMOUS, FILES = "heap of C", "other anonymous", "files of libraries"
TOTAL, OWN = "total", "a worker's own"

Figures = dict[str, float]
"""Megabytes by kind."""


def main() -> int:
    """Print the megabytes of all processes at the start, after each load, and a little later."""
    arguments = _parse_arguments()
    stages: dict[str, Figures] = {}
    with servers.ours(arguments.workers) as running:
        stages["start"] = measure(running)
        connect = partial(GrpcConnection, running.address, METHOD)
        for kind in (requests.TEXT, requests.PHOTO):
            bodies = [requests.to_message(each) for each in requests.KINDS[kind]()]
            for callers in CALLERS:
                put_under_load(connect, bodies, callers, arguments.seconds)
            stages[kind] = measure(running)
        time.sleep(2 * INTERVAL)
        stages["later"] = measure(running)

    rows = [
        [kind, *(f"{figures[kind]:.0f}" for figures in stages.values())]
        for kind in stages["start"]
    ]
    print("\n".join(table(["MB", *stages], rows)))
    return 0


def measure(running: Running) -> Figures:
    """Return the memory of all processes; pages that several share are divided among them."""
    figures = {TOTAL: 0.0, HEAP: 0.0, ANONYMOUS: 0.0, FILES: 0.0}
    processes = running.processes()
    for process in processes:
        for mapping in process.memory_maps():
            megabytes = mapping.pss / 1e6
            figures[TOTAL] += megabytes
            figures[_kind(mapping.path)] += megabytes
    figures[OWN] = median(map(_own, filter(_has_threads, processes)))
    return figures


def _kind(path: str) -> str:
    if path == "[heap]":
        return HEAP
    return FILES if path.startswith("/") else ANONYMOUS


def _own(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss / 1e6)


def _has_threads(process: psutil.Process) -> bool:
    """Whether a process is a worker: the others have one thread, or two where it computes."""
    return bool(process.num_threads() > 2)


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each load")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
