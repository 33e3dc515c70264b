"""How fast the champion answers: ``python -m benchmarks.serving.run [--seconds 5]``.

Starts ``listrec serve`` as a process and asks it with 1 and with 16 callers at a time. Every figure
stands beside that of an echo, the health check of the same server in the same run: machines
differ, ratios less so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import grpc
import numpy as np
from grpc_health.v1 import health_pb2, health_pb2_grpc

from common.listing import Listing
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from simulator import source

CALLERS = (1, 16)
WARM_UP = 0.5

Call = Callable[[], Awaitable[object]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each figure takes")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    given = parser.parse_args()
    with _server() as address:
        rows = asyncio.run(_measure_all(address, given.seconds))
    _show(rows)
    if given.out:
        given.out.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


async def _measure_all(address: str, seconds: float) -> list[dict[str, float | str]]:
    async with grpc.aio.insecure_channel(address) as channel:
        calls = _calls(channel)
        rows = []
        for callers in CALLERS:
            echo = await _measure(calls["echo"], callers, seconds)
            for name, call in calls.items():
                found = echo if name == "echo" else await _measure(call, callers, seconds)
                ratios = {
                    f"{key}_ratio": found[key] / echo[key] for key in ("per_second", "p50", "p95")
                }
                rows.append({"call": name, "callers": callers, **found, **ratios})
    return rows


def _calls(channel: grpc.aio.Channel) -> dict[str, Call]:
    """What is measured: an echo, one listing for all models, a batch for one model."""
    listings = cycle(_listings())
    health = health_pb2_grpc.HealthStub(channel)
    suggester, predictor = rpc.SuggesterStub(channel), rpc.PredictorStub(channel)

    def suggest() -> Awaitable[object]:
        return suggester.Suggest(pb.SuggestRequest(listing=next(listings)), timeout=10)

    def predict() -> Awaitable[object]:
        batch = [next(listings) for _ in range(64)]
        return predictor.Predict(pb.PredictRequest(model="price", listings=batch), timeout=10)

    return {
        "echo": lambda: health.Check(health_pb2.HealthCheckRequest(), timeout=10),
        "suggest": suggest,
        "predict price x64": predict,
    }


def _listings() -> list[pb.Listing]:
    rows = (row.values for batch in source.read(500, seed=3) for row in batch)
    return [
        convert.from_listing(
            Listing(title=str(row["title"]), description=str(row.get("description") or ""))
        )
        for row in rows
    ]


async def _measure(call: Call, callers: int, seconds: float) -> dict[str, float]:
    """Call again and again; return calls per second and latencies in milliseconds."""
    await _repeat(call, callers, WARM_UP)
    start = time.perf_counter()
    latencies = 1000 * np.array(await _repeat(call, callers, seconds))
    per_second = len(latencies) / (time.perf_counter() - start)
    p50, p95, p99 = np.percentile(latencies, (50, 95, 99))
    return {"per_second": per_second, "p50": float(p50), "p95": float(p95), "p99": float(p99)}


async def _repeat(call: Call, callers: int, seconds: float) -> list[float]:
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        while (start := time.perf_counter()) < end:
            await call()
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return latencies


def _show(rows: list[dict[str, float | str]]) -> None:
    print(f"{'call':<18} {'callers':>7} {'per s':>8} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8}"
          f" {'per s / echo':>13} {'p50 / echo':>11}")  # fmt: skip
    for row in rows:
        print(
            f"{row['call']:<18} {row['callers']:>7} {row['per_second']:>8.0f} {row['p50']:>8.2f}"
            f" {row['p95']:>8.2f} {row['p99']:>8.2f} {row['per_second_ratio']:>13.3f}"
            f" {row['p50_ratio']:>11.1f}"
        )


@contextmanager
def _server() -> Iterator[str]:
    """Run ``listrec serve`` on a free port with the champion; yields its address."""
    code = "from cli.main import run; run()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--port", "0"],
        env={"OMP_NUM_THREADS": "1"} | os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                sys.exit("the server did not start: try 'listrec serve' to see why")
            yield line.split()[-1]
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
