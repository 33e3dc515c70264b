import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import models
from cli.main import main
from common.listing import Listing
from common.store.release import ReleaseStore
from serving.client import Client

LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]


@pytest.fixture
def serve(released_home):
    """Runs ``listrec serve`` in a process until the test ends; returns it and its address."""
    processes = []

    def start(*words, **environment):
        process = subprocess.Popen(
            [*LISTREC, "serve", *words],
            env=os.environ
            | {"LISTREC_HOME": str(released_home), "LISTREC_RELEASE_POLL": "0"}
            | {"LISTREC_EXPERIMENTS_POLL": "0"}
            | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        processes.append(process)
        line = process.stdout.readline()
        ready = re.fullmatch(r"serving release \w+ on (127\.0\.0\.1:\d+)\n", line)
        assert ready, line
        return process, ready[1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_it_answers_for_all_models_and_stops_when_told_to(serve):
    process, address = serve("--port", "0")

    with Client(address) as client:
        answer = client.suggest(
            Listing(title="running shoes", condition="good"), timeout=10
        )
    process.send_signal(signal.SIGTERM)

    assert tuple(answer.by_model) == models.NAMES
    assert process.wait(10) == 0


def test_workers_answer_with_a_release_from_a_real_bucket(
    serve, champion, s3_url, tmp_path
):
    store = ReleaseStore(s3_url)
    for folder in (*champion.encoders.values(), *champion.models.values()):
        store.publish_artifact(folder)
    store.promote(store.publish(champion.release.models).id)

    _, address = serve(
        *("--workers", "2", "--port", "0"),
        LISTREC_STORE=s3_url,
        LISTREC_HOME=str(tmp_path),
    )
    with Client(address) as client:
        answer = client.suggest(Listing(title="running shoes"), timeout=10)
    assert (answer.release, answer.missing) == (champion.release.id, {})


def test_predictors_and_suggester_work_as_processes_of_their_own(serve):
    _, price = serve("predictor", "price", "--port", "0")
    _, brand = serve("predictor", "brand", "--port", "0")
    process, address = serve(
        "suggester",
        "--predictor",
        f"price={price}",
        "--predictor",
        f"brand={brand}",
        "--port",
        "0",
    )

    with Client(address) as client:
        answer = client.suggest(Listing(title="running shoes"), timeout=10)
    process.send_signal(signal.SIGINT)

    assert tuple(answer.by_model) == ("brand", "price")
    assert process.wait(10) == 0


def test_predictors_are_found_through_the_environment(serve):
    _, price = serve("predictor", "price", "--port", "0")
    _, address = serve("--port", "0", "suggester", LISTREC_PREDICTORS=f"price={price}")

    with Client(address) as client:
        assert tuple(client.suggest(Listing(title="shoes"), timeout=10).by_model) == (
            "price",
        )


def _workers(process):
    """The ids of the processes that a server has started."""
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in path.read_text().split()]


def _until(condition):
    """Wait until something holds; fails after a while."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_workers_share_the_port_and_all_of_them_stop(serve):
    process, address = serve("--workers", "3", "--port", "0")
    workers = _workers(process)

    # Every connection is of one worker; many of them reach all.
    for _ in range(12):
        with Client(address) as client:
            assert client.suggest(Listing(title="shoes"), timeout=10).by_model
    process.send_signal(signal.SIGTERM)

    assert len(workers) == 3
    assert process.wait(10) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_a_worker_that_dies_is_replaced(serve, free_port):
    process, address = serve(
        "--workers", "2", "--port", "0", LISTREC_METRICS_PORT=str(free_port)
    )
    first, second, exporter = _workers(process)

    os.kill(first, signal.SIGKILL)
    _until(lambda: first not in _workers(process) and len(_workers(process)) == 3)
    [third] = {*_workers(process)} - {second, exporter}
    _until(lambda: _metrics(free_port)[1]["listrec_workers"] == 2)

    # The replacement lives on after it has become ready.
    assert {*_workers(process)} == {second, exporter, third}
    with Client(address) as client:
        assert client.suggest(Listing(title="shoes"), timeout=10).by_model
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_workers_end_with_the_process_that_watches_over_them(serve):
    process, _ = serve("--workers", "2", "--port", "0")
    workers = _workers(process)

    process.kill()

    _until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def _metrics(port):
    """The value of each line of a server's metrics."""
    url = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(url, timeout=5) as response:
        text = response.read().decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    pairs = [line.rsplit(" ", 1) for line in lines]
    return text, {name: float(value) for name, value in pairs}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_metrics_of_all_workers_are_exported_together(serve, free_port, workers):
    _, address = serve(
        "--workers", workers, "--port", "0", LISTREC_METRICS_PORT=str(free_port)
    )
    for _ in range(6):
        with Client(address) as client:
            client.suggest(Listing(title="a secret title"), timeout=10)

    text, values = _metrics(free_port)

    # The warm-up asks models, and nobody through the port.
    asked = values['listrec_requests_total{method="Suggest",status="OK"}']
    seconds = values['listrec_request_seconds_count{method="Suggest"}']
    prices = [
        value
        for name, value in values.items()
        if name.startswith("listrec_answers_total{") and 'model="price"' in name
    ]
    assert (asked, seconds, sum(prices)) == (6, 6, 6)
    assert values["listrec_batch_listings_sum"] == 6 + int(workers)
    assert values["listrec_waiting_listings"] == 0
    assert values["listrec_workers"] == int(workers)
    [release] = [name for name in values if name.startswith("listrec_release{")]
    created = release.replace("release{", "release_created_seconds{")
    assert values[release] == int(workers)
    assert values[created] == pytest.approx(time.time(), abs=86_400)
    assert "secret" not in text


def test_a_port_of_metrics_that_is_taken_is_a_sentence(released_home, free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        done = subprocess.run(
            [*LISTREC, "serve", "--port", "0", "--workers", "1"],
            env=os.environ
            | {
                "LISTREC_HOME": str(released_home),
                "LISTREC_METRICS_PORT": str(free_port),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stdout) == (5, "")
    assert "choose another port with LISTREC_METRICS_PORT" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 4, "nothing has been released yet: run 'listrec train all"),
        (
            ["suggester"],
            2,
            "name the predictors with --predictor or LISTREC_PREDICTORS",
        ),
        (["suggester", "--predictor", "price"], 2, "name=host:port, not 'price'"),
        (["suggester", "--predictor", "colour=a:1"], 2, "no model called 'colour'"),
        (["--shadow", "a", "predictor", "price"], 2, "leave --shadow away"),
        (["--port", "99999"], 2, "99999 is not in the range"),
    ],
)
def test_what_cannot_be_served_is_a_sentence_and_a_code(
    words, code, sentence, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))

    assert main(["serve", *words]) == code
    assert sentence in capsys.readouterr().err


def test_a_taken_port_is_a_sentence_and_code_5(serve, released_home):
    _, address = serve("predictor", "price", "--port", "0")
    port = address.rpartition(":")[2]

    done = subprocess.run(
        [*LISTREC, "serve", "--port", port],
        env=os.environ | {"LISTREC_HOME": str(released_home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (5, "")
    assert f"error: {address} cannot be listened on" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "http://localhost"), "a host without a port is expected"),
        (("suggester", "--predictor", "price=http://a:1"), "HOST:PORT is expected"),
        (("suggester", "--predictor", "price=a"), "HOST:PORT is expected"),
    ],
)
def test_addresses_of_another_form_are_refused(words, said, capsys):
    assert main(["serve", *words]) == 2
    assert said in capsys.readouterr().err
