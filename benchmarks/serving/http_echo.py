"""A FastAPI on uvicorn that parses each request and answers all of them with one JSON.

It has nothing of the gateway but the libraries: what an answer costs over HTTP at least.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

MODULE = "benchmarks.serving.http_echo"


def _make_app(answer: dict[str, Any]) -> FastAPI:
    app = FastAPI()

    # No return annotation: FastAPI would make a schema of it.
    async def suggest(request: Request):  # type: ignore[no-untyped-def]
        if request.headers["content-type"] == "application/json":
            await request.json()
        else:
            await request.form()
        return JSONResponse(answer)

    app.add_api_route("/v1/suggest", suggest, methods=["POST"])
    app.add_api_route("/", _begin_session, methods=["GET"])
    return app


async def _begin_session() -> JSONResponse:
    response = JSONResponse({})
    response.set_cookie("session", "none")
    return response


def _serve(answer: dict[str, Any]) -> None:
    config = uvicorn.Config(
        _make_app(answer), http="h11", ws="none", lifespan="off", log_level="critical"
    )
    # With its protocol: asyncio sends small parts at once on such sockets only.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        print(f"echoing on 127.0.0.1:{bound.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run([bound])


if __name__ == "__main__":
    # The only argument is a file with the answer.
    _serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
