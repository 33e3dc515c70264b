"""A shadow release: asked what was answered already, compared, and never shown.

It has a process of its own of the lowest priority, and each worker asks it about few requests at a
time: under load it is the first to be left out.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import Counter
from pathlib import Path

import grpc

from common.listing import Suggestions
from serving import convert, metrics
from serving.agreement import agreements
from serving.logs import log
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

LOG = logging.getLogger(__name__)

MAX_IN_FLIGHT = 2
TIMEOUT = 2.0
REPORT_SECONDS = 60.0

LOWEST_PRIORITY = 19


class Shadow:
    """Compares answers with those of a shadow release; all methods are for the event loop."""

    def __init__(self, release: str, socket: Path) -> None:
        """Ask ``release``, which is served at a Unix socket."""
        self._release = release
        self._socket = socket
        self._channel: grpc.aio.Channel | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._counts: Counter[str] = Counter()
        self._reported = time.monotonic()

    def compare(self, request: pb.SuggestRequest, shown: Suggestions) -> None:
        """Ask about a request that was answered, without waiting; not while others are asked."""
        if len(self._tasks) >= MAX_IN_FLIGHT:
            metrics.SHADOW.labels("", "skipped").inc()
            return
        task = asyncio.ensure_future(self._compare(request, shown))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drop what was not compared yet."""
        for task in self._tasks:
            task.cancel()
        if self._channel:
            await self._channel.close()

    async def _compare(self, request: pb.SuggestRequest, shown: Suggestions) -> None:
        # Not before: a channel belongs to the event loop that runs while it is made.
        if self._channel is None:
            self._channel = grpc.aio.insecure_channel(f"unix:{self._socket}")
        stub = rpc.SuggesterStub(self._channel)
        try:
            response = await stub.Suggest(request, timeout=TIMEOUT)
        except grpc.aio.AioRpcError:
            response = pb.SuggestResponse()
        shadowed = convert.to_suggestions(response)
        for model, kind in agreements(shown.by_model, shadowed.by_model):
            metrics.SHADOW.labels(model, kind).inc()
            self._counts[f"{model} {kind}"] += 1

        if time.monotonic() >= self._reported + REPORT_SECONDS:
            counts = dict(sorted(self._counts.items()))
            fields = {"release": self._release, "shown": shown.release, **counts}
            log(LOG, logging.INFO, "shadow compared", **fields)
            self._counts.clear()
            self._reported = time.monotonic()


def as_a_shadow(folder: Path) -> None:
    """Give this process the lowest priority, and keep what it counts and logs to itself.

    Requests to it are no requests of clients: its metrics go to files of ``folder``.
    """
    os.nice(LOWEST_PRIORITY)
    os.environ[metrics.SHARED_FOLDER] = str(folder)
    logging.getLogger("serving").setLevel(logging.WARNING)
