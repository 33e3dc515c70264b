"""What experiments cost: processor time of a request with and without them, in process.

All kinds are measured in turn on the same listings, by the service of a server. A client adds gRPC.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.serving import requests
from benchmarks.serving.peers.champion import load_champion
from benchmarks.shared.command_line import make_parser
from benchmarks.shared.markdown import table
from common.errors import ListrecError
from common.experiments.definition import PRICE, Experiment, Parameters, Variant
from common.metrics import Values
from models.layers import LAYERS
from models.suggester import Suggester
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.server import Server
from serving.settings import ServingSettings

MODULE = "benchmarks.serving.experiments"

EXAMPLES = """
python -m benchmarks.serving.experiments
python -m benchmarks.serving.experiments --rounds 20
"""

PURPOSE = "Measure what experiments cost a request to the champion, in this process."

N_REQUESTS = 100

NONE = "without experiments"
FIRST = f"{len(LAYERS)} experiments, first request of a seller"
FURTHER = f"{len(LAYERS)} experiments, further request"


def main() -> int:
    """Print milliseconds of the processor for a request, and their ratios, with quartiles."""
    arguments = _parse_arguments()
    try:
        champion = load_champion()
    except ListrecError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code

    times = asyncio.run(measure(champion, arguments.rounds))
    rows = [
        [kind, _format(of_kind), _format(of_kind / times[NONE])]
        for kind, of_kind in times.items()
    ]
    head = ["request", "ms of the processor", "to that without"]
    print("\n".join(table(head, rows)))
    return 0


async def measure(champion: Suggester, rounds: int) -> dict[str, Values]:
    """Return the milliseconds for a request ``[rounds]``, by kind of request."""
    server = Server(champion, ServingSettings(port=0, default_deadline=60))
    await server.start()
    times: dict[str, list[float]] = {NONE: [], FIRST: [], FURTHER: []}
    # The first round warms up.
    for number in range(rounds + 1):
        asked = _requests(number)
        for kind, of_kind in times.items():
            if kind != FURTHER:
                server.apply([] if kind == NONE else _experiments(), [])
            milliseconds = await _time_requests(server, asked)
            if number:
                of_kind.append(milliseconds)
    await server.stop()
    return {kind: np.array(of_kind) for kind, of_kind in times.items()}


async def _time_requests(server: Server, asked: Sequence[pb.SuggestRequest]) -> float:
    assert server.suggester is not None
    start = time.process_time()
    for request in asked:
        await server.suggester.suggest(request)
    return 1000 * (time.process_time() - start) / len(asked)


def _requests(number: int) -> list[pb.SuggestRequest]:
    """Return requests of sellers of their own for each round."""
    listings = requests.KINDS[requests.TEXT]()[:N_REQUESTS]
    sellers = [
        replace(listing, seller_id=f"u-{number}-{row}")
        for row, listing in enumerate(listings)
    ]
    return [pb.SuggestRequest(listing=convert.from_listing(each)) for each in sellers]


def _experiments() -> list[Experiment]:
    """Return an experiment of all sellers in each layer."""
    return [_experiment(layer) for layer in LAYERS]


def _experiment(layer: str) -> Experiment:
    level, top_k = Parameters(interval_level=0.6), Parameters(top_k=3)
    other = Variant("other", 0.5, parameters=level if layer == PRICE else top_k)
    today = datetime.now(UTC).date()
    return Experiment(
        key=f"benchmark-{layer}",
        layer=layer,
        hypothesis="it costs little",
        owner="benchmark",
        metric="category_acceptance",
        minimum_effect=0.01,
        start=today,
        end=today + timedelta(days=1),
        variants=(Variant("control", 0.5), other),
    )


def _format(values: Values) -> str:
    low, median, high = np.percentile(values, (25, 50, 75))
    return f"{median:.2f} ({low:.2f} to {high:.2f})"


def _parse_arguments() -> argparse.Namespace:
    parser = make_parser(MODULE, PURPOSE, EXAMPLES)
    parser.add_argument("--rounds", type=int, default=50)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
