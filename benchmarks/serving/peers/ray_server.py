"""The champion behind Ray Serve.

PYTHONPATH=. .venv-ray/bin/python -m benchmarks.serving.peers.ray_server PORT
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.serving.peers.champion import (
    BATCH_SECONDS,
    BATCH_SIZE,
    WORKERS,
    Json,
    load_champion,
    suggest,
    to_listing,
)


@serve.deployment(
    num_replicas=WORKERS,
    max_ongoing_requests=4 * BATCH_SIZE,
    logging_config={"enable_access_log": False},
)
class ChampionDeployment:
    """A replica with the champion."""

    def __init__(self) -> None:
        """Load the champion once a replica."""
        self._champion = load_champion()

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        answer = await self._suggest(await request.json())
        return Response(json.dumps(answer), media_type="application/json")

    @serve.batch(max_batch_size=BATCH_SIZE, batch_wait_timeout_s=BATCH_SECONDS)
    async def _suggest(self, requests: Sequence[Json]) -> list[dict[str, Any]]:
        """Answer a batch."""
        return suggest(self._champion, [to_listing(request) for request in requests])


def main() -> None:
    """Serve on the port that the first argument names, until the process is stopped."""
    ray.init(include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
    application = ChampionDeployment.bind()  # type: ignore[attr-defined]
    serve.run(application, route_prefix="/predict", blocking=True)


if __name__ == "__main__":
    main()
