"""Throughput and latency of the champion.

Starts ``listrec serve`` as a process and calls it with 1 and with 16 callers at a time. Every
figure stands beside that of an echo, the health check of the same server in the same run: machines
differ, ratios less so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from grpc_health.v1 import health_pb2, health_pb2_grpc

from benchmarks.shared.command_line import format_command, make_parser
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import OURS, Result, Results, Run, result
from common.listing import Listing
from serving import convert
from serving.channels import proxy_options
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from simulator import source

MODULE = "benchmarks.serving.run"

EXAMPLES = """
listrec demo && python -m benchmarks.serving.run
python -m benchmarks.serving.run --seconds 1 --out build/serving.json
"""

CALLERS = (1, 16)
WARM_UP_SECONDS = 0.5
TIMEOUT_SECONDS = 10
BATCH_SIZE = 64
N_LISTINGS = 500

ECHO = "echo"

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Load:
    """The performance of one kind of call under one number of callers.

    Attributes:
        call: kind of the call.
        callers: number of callers at a time.
        per_second: calls per second.
        p50: median latency in milliseconds.
        p95: 95th percentile of the latency in milliseconds.
        p99: 99th percentile of the latency in milliseconds.
    """

    call: str
    callers: int
    per_second: float
    p50: float
    p95: float
    p99: float


def main() -> int:
    """Measure, print the table, and write the results."""
    arguments = _parse_arguments()
    command = format_command(MODULE, [], {"--seconds": arguments.seconds})
    run = Run.start("serving", "synthetic", command)

    with _server() as address:
        loads = asyncio.run(_measure_all(address, arguments.seconds))

    print("\n".join(format_table(loads)))
    if arguments.out:
        write_results(arguments.out, run, collect(loads, run))
    return 0


def collect(loads: list[Load], run: Run) -> Results:
    """Results of all calls: the variant is the call, the slice the number of callers."""
    results: list[Result] = []

    for load in loads:
        figures = {"calls per second": (load.per_second, "1/s")}
        for name in ("p50", "p95", "p99"):
            figures[f"{name} latency"] = (getattr(load, name), "milliseconds")
        for metric, (value, unit) in figures.items():
            key = {"variant": load.call, "slice": f"{load.callers} callers"}
            results.append(result(run, OURS, metric, value, unit=unit, **key))

    return Results(results)


def format_table(loads: list[Load]) -> list[str]:
    """Lines of a table, with ratios to the echo under the same number of callers."""
    echoes = {load.callers: load for load in loads if load.call == ECHO}
    head = (
        "call",
        "callers",
        "per s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "per s / echo",
        "p50 / echo",
    )
    rows = [head, *(_cells(load, echoes[load.callers]) for load in loads)]

    lines = []
    for name, *figures in rows:
        padded = [f"{figure:>12}" for figure in figures]
        lines.append(f"{name:<18} {' '.join(padded)}")
    return lines


def _cells(load: Load, echo: Load) -> tuple[str, ...]:
    return (
        load.call,
        str(load.callers),
        f"{load.per_second:.0f}",
        f"{load.p50:.2f}",
        f"{load.p95:.2f}",
        f"{load.p99:.2f}",
        f"{load.per_second / echo.per_second:.3f}",
        f"{load.p50 / echo.p50:.1f}",
    )


def _parse_arguments() -> argparse.Namespace:
    description = (
        "Measure throughput and latency of the champion, which must be published."
    )
    parser = make_parser(MODULE, description, EXAMPLES)
    add = parser.add_argument
    add("--seconds", type=float, default=5.0, help="duration of each measurement")
    add("--out", type=Path, help="write the results as JSON")
    return parser.parse_args()


async def _measure_all(address: str, seconds: float) -> list[Load]:
    loads = []
    options = proxy_options(address)
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        for callers in CALLERS:
            for name, call in _calls(channel).items():
                loads.append(await _measure(name, call, callers, seconds))
    return loads


def _calls(channel: grpc.aio.Channel) -> dict[str, Call]:
    """The calls: an echo, one listing for all models, a batch for one model."""
    # All calls draw from one cycle, so that callers do not send the same sequence.
    listings = cycle(_listings())
    return {
        ECHO: _echo(channel),
        "suggest": _suggest(channel, listings),
        f"predict price x{BATCH_SIZE}": _predict(channel, listings),
    }


def _echo(channel: grpc.aio.Channel) -> Call:
    """The health check of the server."""
    # Generated stubs have no types, hence Any here and below.
    health: Any = health_pb2_grpc.HealthStub(channel)

    async def call() -> object:
        """Check once."""
        return await health.Check(
            health_pb2.HealthCheckRequest(), timeout=TIMEOUT_SECONDS
        )

    return call


def _suggest(channel: grpc.aio.Channel, listings: Iterator[pb.Listing]) -> Call:
    """All models for one listing."""
    suggester: Any = rpc.SuggesterStub(channel)

    async def call() -> object:
        """Suggest for the next listing."""
        request = pb.SuggestRequest(listing=next(listings))
        return await suggester.Suggest(request, timeout=TIMEOUT_SECONDS)

    return call


def _predict(channel: grpc.aio.Channel, listings: Iterator[pb.Listing]) -> Call:
    """One model for a batch."""
    predictor: Any = rpc.PredictorStub(channel)

    async def call() -> object:
        """Predict prices of the next listings."""
        batch = [next(listings) for _ in range(BATCH_SIZE)]
        request = pb.PredictRequest(model="price", listings=batch)
        return await predictor.Predict(request, timeout=TIMEOUT_SECONDS)

    return call


def _listings() -> list[pb.Listing]:
    messages = []
    for batch in source.read(N_LISTINGS, seed=3):
        for row in batch:
            title = str(row.values["title"])
            description = str(row.values.get("description") or "")
            listing = Listing(title=title, description=description)
            messages.append(convert.from_listing(listing))
    return messages


async def _measure(name: str, call: Call, callers: int, seconds: float) -> Load:
    """Call again and again for some seconds, after a warm-up."""
    await _repeat(call, callers, WARM_UP_SECONDS)
    start = time.perf_counter()
    latencies = await _repeat(call, callers, seconds)
    elapsed = time.perf_counter() - start

    milliseconds = 1000 * np.array(latencies)
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99)).tolist()
    return Load(name, callers, len(latencies) / elapsed, p50, p95, p99)


async def _repeat(call: Call, callers: int, seconds: float) -> list[float]:
    """Latencies in seconds of all calls."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        """Call until the time is over."""
        # A call that is under way at the end is waited for and counted.
        while (start := time.perf_counter()) < end:
            await call()
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return latencies


@contextmanager
def _server() -> Iterator[str]:
    """Run ``listrec serve`` on a free port with the champion; yields its address."""
    code = "from cli.main import run; run()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", "0"],
        # Threads of BLAS would compete with the server's workers; a user's own number wins.
        env={"OMP_NUM_THREADS": "1"} | os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            # The last word of the server's first line is its address.
            line = process.stdout.readline()
            if not line:
                sys.exit("the server did not start: try 'listrec serve' to see why")
            yield line.split()[-1]
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
