"""Real processes: a server with its gateway, and a gateway of its own that asks a server."""

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

import models
from common.event_database.database import EventDatabase
from serving.ports import shared_socket

LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]
BODY = {"listing": {"title": "Nike running shoes", "condition": "good"}}


@pytest.fixture
def serve(released_home, tmp_path):
    """Runs ``listrec serve`` in a process until the test ends; returns it and its addresses."""
    processes = []

    def start(*words, n_lines, **environment):
        process = subprocess.Popen(
            [*LISTREC, "serve", *words],
            env=os.environ
            | {
                "LISTREC_HOME": str(tmp_path),
                "LISTREC_STORE": str(released_home / "store"),
                "LISTREC_RELEASE_POLL": "0",
                "LISTREC_DEFAULT_DEADLINE": "20",
            }
            | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        lines = [process.stdout.readline() for _ in range(n_lines)]
        return process, [line.split()[-1] for line in lines]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_workers_answer_over_http_on_one_port_and_stop_when_told_to(serve, tmp_path):
    process, [_, page, console] = serve(
        *("--port", "0", "--http", "0", "--workers", "2"),
        n_lines=3,
        LISTREC_CONSOLE="0",
    )
    cookies = httpx.get(page, trust_env=False).cookies

    for _ in range(4):  # connections of their own, to either of the workers
        answer = _post(page, "suggest", BODY, cookies)
        assert tuple(answer.json()["suggestions"]) == models.NAMES
        receipt = {"receipt": answer.json()["receipt"]}
        assert _post(page, "shown", receipt, cookies).status_code == 202
    database = EventDatabase(f"sqlite:///{tmp_path / 'events.db'}")
    _until(lambda: database.count() == 4)
    shown = httpx.get(f"{console}data", timeout=30, trust_env=False).json()
    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert shown["training"]["value"]["champion"]
    assert "running shoes" not in process.stderr.read()


def test_a_gateway_of_its_own_asks_a_server(serve, tmp_path):
    server, [address] = serve("--port", "0", "--workers", "1", n_lines=1)
    gateway, [page, console] = serve(
        *("gateway", "--suggester", address, "--http", "0", "--workers", "1"),
        n_lines=2,
        LISTREC_EVENTS="off",
        LISTREC_CONSOLE="0",
    )
    cookies = httpx.get(page, trust_env=False).cookies
    answer = _post(page, "suggest", BODY, cookies)
    kept = _post(page, "shown", {"receipt": answer.json()["receipt"]}, cookies)
    refused = _post(page, "suggest", {"listing": {"currency": "x"}}, cookies)
    ready = httpx.get(f"{page}readyz", trust_env=False).status_code
    server.kill()
    server.wait(20)
    down = _post(page, "suggest", BODY, cookies)
    shown = httpx.get(f"{console}data", timeout=30, trust_env=False).json()
    gateway.send_signal(signal.SIGTERM)

    assert tuple(answer.json()["suggestions"]) == models.NAMES
    assert (refused.status_code, ready, down.status_code) == (422, 200, 503)
    assert kept.json() == {"stored": 0}
    assert shown["keeps_events"] is False
    assert not {"event_log", "events.db"} & {each.name for each in tmp_path.iterdir()}
    assert address not in down.text
    assert gateway.wait(20) == 0


def test_a_port_that_is_taken_is_refused_with_a_sentence(tmp_path):
    # As another gateway listens, whose port can be shared.
    with shared_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        words = ("serve", "gateway", "--suggester", "localhost:1", "--http", port)
        done = subprocess.run(
            [*LISTREC, *words],
            env=os.environ | {"LISTREC_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 5
    assert f"{port} cannot be listened on" in done.stderr


def _until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


def _post(page, name, body, cookies):
    return httpx.post(
        f"{page}v1/{name}", json=body, cookies=cookies, timeout=30, trust_env=False
    )
