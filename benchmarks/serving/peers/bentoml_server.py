"""The champion behind BentoML: ``bentoml serve`` imports ``ChampionService``."""

from __future__ import annotations

from typing import Any

import bentoml

from benchmarks.serving.peers.champion import (
    BATCH_SIZE,
    WORKERS,
    load_champion,
    suggest,
    to_listing,
)

MAX_LATENCY_MS = 10_000
"""BentoML refuses what it expects to be later; it then answers with 503 while it is still fast."""


@bentoml.service(
    workers=WORKERS,
    traffic={"timeout": 30},
    logging={"access": {"enabled": False}},
)
class ChampionService:
    """A service with one endpoint, which BentoML batches in each worker."""

    def __init__(self) -> None:
        """Load the champion once a worker."""
        self._champion = load_champion()

    @bentoml.api(
        batchable=True, max_batch_size=BATCH_SIZE, max_latency_ms=MAX_LATENCY_MS
    )
    def predict(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer the requests of a batch."""
        return suggest(self._champion, [to_listing(request) for request in requests])
