"""The servers of the benchmark, each started as users start it, in processes of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil

import models
from benchmarks.serving import processes
from benchmarks.serving.echo import MODULE as ECHO_MODULE
from benchmarks.serving.http_echo import MODULE as HTTP_ECHO_MODULE
from benchmarks.serving.processes import Running
from common.errors import UnavailableError
from common.settings import Settings

LISTREC = (sys.executable, "-c", "from cli.main import run; run()")

ROOT = Path(__file__).parents[2]

NO_PHOTO_CACHE = {"LISTREC_PHOTO_CACHE_SIZE": "0"}
"""Photos of the benchmark are sent again and again, those of sellers are new."""

UNLIMITED = "1000000"
"""Requests of an address in a second: all callers have the same one."""

PEER_PATH = "/predict"
PEER_START_SECONDS = 180
SECONDS_BETWEEN_TRIES = 0.02


@contextmanager
def echo(answer: Path) -> Iterator[Running]:
    """Run the echo; it answers with the message in a file."""
    with announced([sys.executable, "-m", ECHO_MODULE, str(answer)]) as running:
        yield running


@contextmanager
def ours(workers: int) -> Iterator[Running]:
    """Run ``listrec serve`` with the champion."""
    command = [*LISTREC, "serve", "--port", "0", "--workers", str(workers)]
    with announced(command, NO_PHOTO_CACHE) as running:
        yield running


@contextmanager
def http_echo(answer: Path) -> Iterator[Running]:
    """Run the echo over HTTP; it answers with the JSON in a file."""
    command = [sys.executable, "-m", HTTP_ECHO_MODULE, str(answer)]
    with announced(command) as running:
        yield running


@contextmanager
def gateway(workers: int) -> Iterator[Running]:
    """Run ``listrec serve --http`` with the champion; its address is that of the page.

    Events are kept in a folder of its own, which is removed.
    """
    store = Settings.from_environment(os.environ).store
    words = ["--port", "0", "--http", "0", "--workers", str(workers)]
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **NO_PHOTO_CACHE,
            "LISTREC_HOME": home,
            "LISTREC_STORE": store,
            "LISTREC_EVENTS": f"sqlite:///{home}/events.db",
            "LISTREC_HTTP_RATE": UNLIMITED,
        }
        command = [*LISTREC, "serve", *words]
        with announced(command, environment, n_lines=2) as running:
            page = running.address.removeprefix("http://").rstrip("/")
            yield replace(running, address=page)


@contextmanager
def four_predictors() -> Iterator[Running]:
    """Run a suggester and one predictor a model, each of one process."""
    one = ["--port", "0", "--workers", "1"]
    with ExitStack() as stack:
        predictors = {
            name: stack.enter_context(
                announced([*LISTREC, "serve", "predictor", name, *one])
            )
            for name in models.NAMES
        }
        addresses: list[str] = []
        for name, predictor in predictors.items():
            addresses += ["--predictor", f"{name}={predictor.address}"]
        command = [*LISTREC, "serve", "suggester", *addresses, *one]
        suggester = stack.enter_context(announced(command, NO_PHOTO_CACHE))
        roots = [running.roots[0] for running in (suggester, *predictors.values())]
        yield Running(suggester.address, tuple(roots), suggester.start_seconds)


@contextmanager
def peer(python: Path, arguments: Sequence[str], request: bytes) -> Iterator[Running]:
    """Run a peer by the ``python`` of its environment, until it answers the ``request``.

    The ``arguments`` are those of Python, ``{port}`` among them. Raises ``UnavailableError`` for a
    peer that is not installed or does not start.
    """
    if not python.exists():
        raise UnavailableError(
            f"{python} does not exist: 'make bench-serving' makes it"
        )
    port = _free_port()
    command = [str(python), *(word.format(port=port) for word in arguments)]

    started = time.perf_counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "log"
        with (
            log.open("wb") as output,
            processes.start(
                command, _peer_environment(folder), output.fileno()
            ) as process,
        ):
            address = f"127.0.0.1:{port}"
            _wait_for_answer(address, request, process, log)
            seconds = time.perf_counter() - started
            yield Running(address, (psutil.Process(process.pid),), seconds)


@contextmanager
def announced(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    n_lines: int = 1,
) -> Iterator[Running]:
    """Run a command that prints some lines; the last ends with the address that it answers on."""
    started = time.perf_counter()
    with processes.start(command, environment or {}, subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(n_lines):
            line = process.stdout.readline().decode()
        if not line:
            raise UnavailableError(
                f"{command[-1]!r} did not start: try 'listrec serve' to see why"
            )
        seconds = time.perf_counter() - started
        yield Running(line.split()[-1], (psutil.Process(process.pid),), seconds)


def _peer_environment(folder: str) -> dict[str, str]:
    """Variables that keep the state of peers in a folder, and their statistics to themselves."""
    return {
        "PYTHONPATH": str(ROOT),
        "HOME": folder,
        "BENTOML_DO_NOT_TRACK": "True",
        "RAY_TMPDIR": folder,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "disabled",
    }


def _wait_for_answer(
    address: str, request: bytes, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait until a peer answers; raise ``UnavailableError`` with its last line otherwise."""
    deadline = time.perf_counter() + PEER_START_SECONDS
    while process.poll() is None and time.perf_counter() < deadline:
        try:
            post(address, request)
        except (OSError, http.client.HTTPException, UnavailableError):
            time.sleep(SECONDS_BETWEEN_TRIES)
        else:
            return
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
    raise UnavailableError(f"it did not start; its last line is {last[:200]!r}")


def post(address: str, request: bytes) -> bytes:
    """Return the answer of a peer; raises ``UnavailableError`` for another status than 200."""
    connection = http.client.HTTPConnection(address, timeout=PEER_START_SECONDS)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", PEER_PATH, request, headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise UnavailableError(f"{address} answers with status {response.status}")
    return content


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
