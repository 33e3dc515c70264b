"""The servers of the benchmark and the loads of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.serving import servers
from benchmarks.serving.browsers import Browser, Seller
from benchmarks.serving.goals import (
    BENTOML,
    ECHO,
    GATEWAY,
    HTTP_ECHO,
    LITSERVE,
    ONE,
    PREDICTORS,
    RAY,
    TWO,
    WITH_EVENTS,
)
from benchmarks.serving.grpc_connection import GrpcConnection
from benchmarks.serving.http_connection import HttpConnection
from benchmarks.serving.load import Connection
from benchmarks.serving.processes import Running
from benchmarks.serving.requests import (
    LARGE_PHOTO,
    PHOTO,
    TEXT,
    text_listings,
    to_http,
    to_json,
    to_json_batch,
    to_message,
)
from common.listing import Listing

METHOD = "/listing.v1.Suggester/Suggest"

CALLERS = (1, 16, 64)
ONCE = (16,)
LARGE_CALLERS = (1, 4)
HTTP_CALLERS = (1, 16)

Loads = Mapping[str, Sequence[int]]
"""Numbers of callers by kind of the requests."""

ALL_LOADS: Loads = {TEXT: CALLERS, PHOTO: CALLERS}
WITH_LARGE_PHOTOS: Loads = {**ALL_LOADS, LARGE_PHOTO: LARGE_CALLERS}
HTTP_LOADS: Loads = {TEXT: HTTP_CALLERS, PHOTO: HTTP_CALLERS}
ONE_LOAD: Loads = {TEXT: ONCE, PHOTO: ONCE}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server of the benchmark.

    Attributes:
        name: its name on the page.
        start: starts it.
        loads: the loads that it is put under.
        connect: connects to its address.
        to_body: a listing as it is sent.
        is_peer: whether it is another framework with our models, whose answers are checked.
    """

    name: str
    start: Callable[[], AbstractContextManager[Running]]
    loads: Loads
    connect: Callable[[str], Connection] = partial(GrpcConnection, method=METHOD)
    to_body: Callable[[Listing], bytes] = to_message
    is_peer: bool = False


def contestants(answer: Path, environments: Path) -> list[Contestant]:
    """Return all servers, the echo first.

    The echo answers with the message in a file; the environments of the peers are folders
    ``.venv-NAME`` below ``environments``.
    """
    return [
        Contestant(ECHO, partial(servers.echo, answer), WITH_LARGE_PHOTOS),
        Contestant(ONE, partial(servers.ours, 1), ALL_LOADS),
        Contestant(TWO, partial(servers.ours, 2), WITH_LARGE_PHOTOS),
        Contestant(PREDICTORS, servers.four_predictors, ALL_LOADS),
        *_peers(environments),
    ]


def http_contestants(answer: Path) -> list[Contestant]:
    """Return what is measured over HTTP, and the same models over gRPC before it.

    The echo answers with the JSON in a file.
    """

    def over_http(
        name: str,
        start: Callable[[], AbstractContextManager[Running]],
        connect: Callable[[str], Connection] = Browser,
    ) -> Contestant:
        return Contestant(name, start, HTTP_LOADS, connect, to_http)

    return [
        Contestant(TWO, partial(servers.ours, 2), HTTP_LOADS),
        over_http(HTTP_ECHO, partial(servers.http_echo, answer)),
        over_http(GATEWAY, partial(servers.gateway, 2)),
        over_http(WITH_EVENTS, partial(servers.gateway, 2), Seller),
    ]


def _peers(environments: Path) -> list[Contestant]:
    module = "benchmarks.serving.peers"
    litserve = ("-m", f"{module}.litserve_server", "{port}")
    ray = ("-m", f"{module}.ray_server", "{port}")
    service = f"{module}.bentoml_server:ChampionService"
    bentoml = ("-m", "bentoml", "serve", service, "--host", "127.0.0.1")
    python = {
        name: environments / f".venv-{name}" / "bin" / "python"
        for name in ("litserve", "bentoml", "ray")
    }
    return [
        _peer(LITSERVE, python["litserve"], litserve, ALL_LOADS),
        _peer(
            BENTOML,
            python["bentoml"],
            (*bentoml, "--port", "{port}"),
            ONE_LOAD,
            to_json_batch,
        ),
        _peer(RAY, python["ray"], ray, ONE_LOAD),
    ]


def _peer(
    name: str,
    python: Path,
    arguments: Sequence[str],
    loads: Loads,
    to_body: Callable[[Listing], bytes] = to_json,
) -> Contestant:
    request = to_body(text_listings()[0])
    return Contestant(
        name,
        partial(servers.peer, python, arguments, request),
        loads,
        partial(HttpConnection, path=servers.PEER_PATH),
        to_body,
        is_peer=True,
    )
