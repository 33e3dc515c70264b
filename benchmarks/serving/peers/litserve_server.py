"""The champion behind LitServe.

PYTHONPATH=. .venv-litserve/bin/python -m benchmarks.serving.peers.litserve_server PORT
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import litserve
from fastapi import Request, Response

from benchmarks.serving.peers.champion import (
    BATCH_SECONDS,
    BATCH_SIZE,
    WORKERS,
    load_champion,
    suggest,
    to_listing,
)
from common.listing import Listing


class ChampionApi(litserve.LitAPI):
    """The hooks of LitServe; all of them run in a worker."""

    def setup(self, device: str) -> None:
        """Load the champion once a worker."""
        self._champion = load_champion()

    # LitServe passes the body by the name of this parameter.
    def decode_request(self, request: Request) -> Listing:
        """Return the listing of a request."""
        return to_listing(request)

    def batch(self, inputs: Sequence[Listing]) -> list[Listing]:
        """Return the listings as they are: by default they would be stacked."""
        return list(inputs)

    def predict(self, x: Sequence[Listing]) -> list[dict[str, Any]]:
        """Answer a batch."""
        return suggest(self._champion, x)

    def unbatch(self, output: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the answers, which are one a listing already."""
        return list(output)

    def encode_response(self, output: dict[str, Any]) -> Response:
        """Return the bytes of an answer: made here, they cost the process of HTTP nothing."""
        return Response(json.dumps(output), media_type="application/json")


def main() -> None:
    """Serve on the port that the first argument names, until the process is stopped."""
    api = ChampionApi(max_batch_size=BATCH_SIZE, batch_timeout=BATCH_SECONDS)
    server = litserve.LitServer(
        api,
        accelerator="cpu",
        workers_per_device=WORKERS,
        fast_queue=True,
    )
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        num_api_servers=1,
        log_level="warning",
        generate_client_file=False,
    )


if __name__ == "__main__":
    main()
