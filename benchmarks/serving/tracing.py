"""What traces cost: processor time of an answer without, with a hundredth, and with all of them.

Servers are measured in turn, several times, and compared by medians: on a machine that others use
as well, processor time says more than latency.
"""

from __future__ import annotations

import os
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

from benchmarks.serving import servers
from benchmarks.serving.load import GrpcConnection, put_under_load
from benchmarks.serving.requests import text_requests
from benchmarks.serving.run import METHOD
from benchmarks.shared.command_line import make_parser

MODULE = "benchmarks.serving.tracing"

EXAMPLES = """
listrec demo && python -m benchmarks.serving.tracing
"""

SHARES = {"none": None, "1 %": "0.01", "100 %": "1"}
"""Sampled shares of the requests; ``None`` is a server that is told of no collector."""


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
    parser.add_argument("--seconds", type=float, default=5.0, help="of a measurement")
    parser.add_argument("--repetitions", type=int, default=5, help="of each share")
    parser.add_argument("--callers", type=int, default=16)
    arguments = parser.parse_args()

    times: dict[str, list[float]] = {name: [] for name in SHARES}
    with _collector() as endpoint:
        for _ in range(arguments.repetitions):
            for name, share in SHARES.items():
                variables = _variables(endpoint, share)
                seconds = _measure(variables, arguments.callers, arguments.seconds)
                times[name].append(seconds)

    none = statistics.median(times["none"])
    for name, of_share in times.items():
        median = statistics.median(of_share)
        print(
            f"{name:>6}: {1e3 * median:.3f} ms an answer, {median / none:.3f} of none,"
            f" {1e6 * (median - none):+.0f} us"
        )


def _variables(endpoint: str, share: str | None) -> dict[str, str]:
    if share is None:
        return {}
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": share,
    }


def _measure(variables: dict[str, str], callers: int, seconds: float) -> float:
    """Return the processor time of an answer, in seconds."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", *variables):
        os.environ.pop(name, None)
    os.environ.update(variables)
    with servers.ours(1) as running:
        connect = partial(GrpcConnection, running.address, METHOD)
        before = running.cpu_seconds()
        load = put_under_load(connect, text_requests(), callers, seconds)
        return (running.cpu_seconds() - before) / load.n_answers


@contextmanager
def _collector() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    main()
