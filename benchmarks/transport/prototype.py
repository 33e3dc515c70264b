"""A gateway with a further way to ask, a WebSocket.

Only for the measurement: it has no limits of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from typing import Any

import uvicorn
from fastapi import FastAPI, WebSocket
from fastapi.responses import JSONResponse, Response
from prometheus_client import REGISTRY

from benchmarks.serving.peers.champion import load_champion
from benchmarks.serving.requests import http_answer
from benchmarks.transport.ways import STREAM_PATH
from common.listing import Listing, Photo
from serving import logs
from serving.gateway.admission import Admission
from serving.gateway.api import Api
from serving.gateway.app import make_app
from serving.gateway.schemas import ListingBody
from serving.gateway.settings import GatewaySettings
from serving.gateway.suggesters import LocalSuggester
from serving.ports import shared_socket
from serving.server import Server
from serving.settings import ServingSettings

MODULE = "benchmarks.transport.prototype"
SPENT_PATH = "/prototype/spent"

MAX_MESSAGE = 20_000_000
UNLIMITED = 1e6


class Prototype:
    """What is asked at the addresses of the prototype."""

    def __init__(self, suggester: LocalSuggester) -> None:
        """Ask ``suggester``."""
        self._suggester = suggester

    def add_to(self, app: FastAPI) -> None:
        """Add all addresses."""
        app.add_api_route(SPENT_PATH, self.spent, methods=["GET"])
        app.add_api_websocket_route(STREAM_PATH, self.stream)

    async def stream(self, socket: WebSocket) -> None:
        """Take photos and states; answer the newest state."""
        await socket.accept()
        photos: list[Photo] = []
        working: asyncio.Task[None] | None = None
        while (message := await socket.receive())["type"] == "websocket.receive":
            if message.get("bytes"):
                photos.append(Photo(message["bytes"]))
                continue
            if working:
                working.cancel()
            state = json.loads(message["text"])
            working = asyncio.create_task(self._answer_state(socket, state, photos))
        if working:
            working.cancel()

    async def spent(self) -> Response:
        """State processor seconds of this process, and how many listings were computed."""
        computed = REGISTRY.get_sample_value("listrec_batch_listings_sum")
        return JSONResponse({"cpu": time.process_time(), "computed": computed})

    async def _answer_state(
        self, socket: WebSocket, state: dict[str, Any], photos: list[Photo]
    ) -> None:
        answer = await self._answer(state["listing"], photos)
        await socket.send_text(json.dumps({"number": state["number"], **answer}))

    async def _answer(self, body: Any, photos: list[Photo]) -> dict[str, Any]:
        """Do what the gateway does between a body and its answer."""
        values = ListingBody.model_validate(body).model_dump()
        listing = Listing(**values, photos=tuple(photos))
        return http_answer(listing, await self._suggester.suggest(listing, [], True))


async def _serve() -> None:
    server = Server(load_champion(), ServingSettings(port=0))
    await server.start()
    assert server.suggester is not None
    suggester = LocalSuggester(server.suggester)
    settings = GatewaySettings(
        http_rate=UNLIMITED, receipt_key=(secrets.token_bytes(32),)
    )
    gateway = make_app(Api(suggester, Admission(settings)))
    app = FastAPI()
    Prototype(suggester).add_to(app)
    app.mount("/", gateway)

    with shared_socket("127.0.0.1", 0) as bound:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="critical",
            access_log=False,
        )
        bound.listen()
        print(f"answering on 127.0.0.1:{bound.getsockname()[1]}", flush=True)
        await uvicorn.Server(config).serve([bound])
    await server.stop()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    logs.configure()
    asyncio.run(_serve())
