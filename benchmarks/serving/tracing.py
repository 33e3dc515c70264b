"""What traces cost: processor time of a call without, with a hundredth, and with all of them.

One process has a server for each, and a client that asks them in turn, a few hundred calls at a
time; the fastest round of each counts, since others may use the machine. There are no models, so a
call is as short as it gets.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import grpc

from benchmarks.shared.command_line import make_parser
from models.suggester import Suggester
from serving import logs
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings
from serving.tracing import NO_TRACER, Tracer

MODULE = "benchmarks.serving.tracing"

EXAMPLES = """
python -m benchmarks.serving.tracing
"""

SHARES = {"none": "", "1 %": "0.01", "100 %": "1"}
"""Sampled shares of the requests; without one there is no tracer."""

CALLS = 100


class Collector(BaseHTTPRequestHandler):
    """Takes traces and forgets them."""

    def do_POST(self) -> None:
        """Read a message."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    """Measure, and print a line for each share."""
    parser = make_parser(MODULE, "Measure what traces cost.", EXAMPLES)
    parser.add_argument(
        "--rounds", type=int, default=20, help="of calls, for each share"
    )
    arguments = parser.parse_args()

    logs.configure()
    with _collector() as endpoint:
        seconds = asyncio.run(_measure(endpoint, arguments.rounds))
    for name, of_call in seconds.items():
        ratio, more = of_call / seconds["none"], of_call - seconds["none"]
        print(
            f"{name:>6}: {1e6 * of_call:.0f} us a call, {ratio:.2f} of none, {1e6 * more:+.0f} us"
        )


async def _measure(endpoint: str, rounds: int) -> dict[str, float]:
    """Return the processor time of a call for each share, in seconds."""
    tracers = {name: _tracer(endpoint, share) for name, share in SHARES.items()}
    servers = {
        name: Server(Suggester("none", {}, {}), ServingSettings(port=0), tracer=tracer)
        for name, tracer in tracers.items()
    }
    ports = {name: await server.start() for name, server in servers.items()}

    fastest = dict.fromkeys(SHARES, float("inf"))
    for _ in range(rounds):
        for name, port in ports.items():
            fastest[name] = min(fastest[name], await _call(port))

    for name, server in servers.items():
        await server.stop()
        tracers[name].close()
    return fastest


def _tracer(endpoint: str, share: str) -> Tracer:
    if not share:
        return NO_TRACER
    from serving.opentelemetry_traces import OpenTelemetryTracer

    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    os.environ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio"
    os.environ["OTEL_TRACES_SAMPLER_ARG"] = share
    return OpenTelemetryTracer()


async def _call(port: int) -> float:
    """Return the processor time of a call, its client included."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = rpc.SuggesterStub(channel)
        await stub.Suggest(pb.SuggestRequest(), timeout=10)
        start = time.process_time()
        for _ in range(CALLS):
            await stub.Suggest(pb.SuggestRequest(), timeout=10)
        return (time.process_time() - start) / CALLS


@contextmanager
def _collector() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    main()
