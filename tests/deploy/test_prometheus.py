"""A real Prometheus scrapes real servers, and has every series that dashboards and alerts want."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from PIL import Image

from common import monitoring_record
from common.experiments import analysis_record, published
from common.experiments.published import Published
from common.listing import Listing, Photo
from common.store.storage import Storage
from deploy.monitoring.__main__ import render
from deploy.monitoring.alerts import alerts
from deploy.monitoring.dashboard import panels
from deploy.monitoring.queries import Queries
from serving.client import Client
from tests.common.experiments.analysis_records import RECORD as ANALYSIS
from tests.common.experiments.files import TOP_3
from tests.common.monitoring_records import RECORD
from tests.conftest import find_free_port

QUERIES = Queries("shop")
EXPRESSIONS = [alert.query for alert in alerts(QUERIES)] + [
    query for panel in panels(QUERIES) for query, _ in panel.lines
]
LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]


@pytest.fixture
def start():
    """Starts processes that are killed when the test ends."""
    processes = []

    def start(command, **environment):
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.terminate()
        process.communicate()


@pytest.fixture
def prometheus(start, tmp_path):
    """Starts a Prometheus that scrapes metrics of the given ports; returns a function that asks."""
    if not shutil.which("prometheus"):
        pytest.skip("prometheus is not installed: apt-get install prometheus")

    def run(*ports, exporter=9):
        servers = [f"127.0.0.1:{port}" for port in ports]
        files = render("shop", servers, "https://docs", f"127.0.0.1:{exporter}")
        for name, content in files.items():
            (tmp_path / name).write_text(
                content.replace("interval: 15s", "interval: 200ms")
            )
        port = find_free_port()
        flags = {
            "config.file": tmp_path / "prometheus.yml",
            "storage.tsdb.path": tmp_path / "series",
            "web.listen-address": f"127.0.0.1:{port}",
        }
        start(["prometheus", *(f"--{key}={value}" for key, value in flags.items())])
        return lambda path, **fields: _get(port, path, fields)

    return run


def _get(port, path, fields):
    url = f"http://127.0.0.1:{port}/api/v1/{path}?{urllib.parse.urlencode(fields)}"
    with urllib.request.urlopen(url, timeout=5) as response:
        return json.load(response)["data"]


@pytest.fixture
def serve(start, released_home):
    """Starts servers; returns the address of each."""

    def serve(*words, metrics_port, **environment):
        process = start(
            [*LISTREC, "serve", *words],
            **{"LISTREC_HOME": str(released_home), **environment},
            LISTREC_METRICS_PORT=str(metrics_port),
        )
        return process.stdout.readline().split()[-1]

    return serve


@pytest.fixture
def watch(start, tmp_path):
    """Starts an exporter of a shop that monitors and has an experiment; returns its port."""

    def watch():
        store = tmp_path / "store"
        now = datetime.now(UTC).isoformat()
        monitoring_record.write(Storage(str(store)), RECORD)
        analysis_record.write(Storage(str(store)), replace(ANALYSIS, time=now))
        files = {"top-3": re.sub(r"2026-12-\d+", now[:10], TOP_3)}
        after = Published(number=1, files=files)
        published.write(Storage(str(store)), Published(), after)
        home = {"LISTREC_HOME": str(tmp_path), "LISTREC_STORE": str(store)}
        process = start([*LISTREC, "exporter", "--port", "0"], **home)
        return int(re.findall(r":(\d+)/", process.stdout.readline())[0])

    return watch


def _has_all(ask, wanted):
    """Wait until Prometheus has series of all names; return those that it lacks in the end."""
    end = time.monotonic() + 20
    lacking = wanted
    while lacking and time.monotonic() < end:
        time.sleep(0.2)
        try:
            lacking = wanted - {*ask("label/__name__/values")}
        except OSError:
            continue  # it starts
    return lacking


@pytest.fixture
def serve_all(serve, tmp_path):
    """Starts predictors, a suggester and its gateway; returns its address and that of the page."""

    def serve_all(*ports):
        one = ("--port", "0", "--workers", "1")
        predictor = ("predictor", "price", "--port", "0", "--workers", "2")
        price = serve(*predictor, metrics_port=ports[0])
        suggester = ("suggester", "--predictor", f"price={price}", *one)
        address = serve(*suggester, metrics_port=ports[1])
        gateway = ("gateway", "--suggester", address, "--http", "0", "--workers", "1")
        home = {"LISTREC_HOME": str(tmp_path / "gateway")}
        return address, serve(*gateway, metrics_port=ports[2], **home)

    return serve_all


def _use_page(page):
    """Have suggestions over HTTP, and say that they were on the screen."""
    with httpx.Client(base_url=page, timeout=20, trust_env=False) as browser:
        browser.get("/")
        body = {"listing": {"title": "shoes"}}
        receipt = browser.post("/v1/suggest", json=body).json()["receipt"]
        browser.post("/v1/shown", json={"receipt": receipt})


def test_every_series_of_dashboards_and_alerts_exists(serve_all, watch, prometheus):
    ports = find_free_port(), find_free_port(), find_free_port()
    address, page = serve_all(*ports)
    photo = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(photo, "JPEG")
    with Client(address) as client:
        client.suggest(Listing("shoes", photos=(Photo(photo.getvalue()),)), timeout=10)
    _use_page(page)
    ask = prometheus(*ports, exporter=watch())
    names = {name for query in EXPRESSIONS for name in re.findall(r"(\w+)\{", query)}
    # Those of Kubernetes come from kube-state-metrics.
    wanted = {name for name in names if not name.startswith("kube_")}

    assert len(wanted) > 10
    assert _has_all(ask, wanted) == set()
    for query in EXPRESSIONS:
        ask("query", query=query)
    [workers] = ask("query", query='sum(listrec_workers{job="shop"})')["result"]
    assert workers["value"][1] == "3"
