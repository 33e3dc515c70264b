"""What happens when mlflow does not answer, with a real server of mlflow and real sockets."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import replace

import pytest

from common.errors import InputError, UnavailableError
from common.settings import Settings
from pipelines.tracking import registry
from pipelines.tracking.client import open_client
from pipelines.tracking.connection import check_answers
from pipelines.tracking.names import shown
from pipelines.tracking.runs import find_experiment, log_run
from pipelines.training import register_steps

CLOSED = "http://127.0.0.1:9"
CHALLENGER = {
    "target": "price",
    "seconds": 1.5,
    "metrics": {"rmsle": 0.5},
    "thresholds": {},
    "passed": True,
    "reasons": [],
}


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mlflow:
    """A server of mlflow on a port of its own, which can be stopped and started again."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self):
        words = ("server", "--port", str(self.port), "--workers", "1")
        uri = f"sqlite:///{self.folder / 'mlflow.db'}"
        roots = ("--artifacts-destination", str(self.folder / "artifacts"))
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mlflow",
                *words,
                "--backend-store-uri",
                uri,
                *roots,
            ],
            env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            try:
                direct.open(f"{self.address}/health", timeout=1)
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("mlflow's server did not start")

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory, database):
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(database, folder)
    server = Mlflow(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def served(settings, mlflow):
    return replace(settings, tracking_uri=mlflow.address)


@pytest.fixture
def silent():
    """The address of a server that accepts a connection and never says a word."""
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://me:secret@127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_is_down_is_told_within_seconds(settings):
    with pytest.raises(
        UnavailableError, match=r"127\.0\.0\.1:9 does not answer: the conn"
    ):
        check_answers(replace(settings, tracking_uri=CLOSED))


def test_a_server_that_is_silent_is_given_up_after_the_time_limit(settings, silent):
    limited = replace(settings, tracking_uri=silent, tracking_timeout=0.5)
    with pytest.raises(UnavailableError, match=r"longer than 0\.5 seconds") as caught:
        check_answers(limited)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "localhost:5000",
            r"lacks http://: set MLFLOW_TRACKING_URI to http://localhost",
        ),
        ("foo://bar", "'foo://bar' is no address that mlflow knows"),
        ("http://", "is no address that mlflow knows"),
    ],
)
def test_an_address_that_is_none_is_refused_with_an_example(
    settings, address, sentence
):
    with pytest.raises(InputError, match=sentence):
        check_answers(replace(settings, tracking_uri=address))


def test_a_password_in_the_address_is_not_shown():
    assert shown("postgresql://me:secret@db/mlflow?x=1") == "postgresql://db/mlflow"
    assert shown("sqlite:////home/me/mlflow.db") == "sqlite:////home/me/mlflow.db"


def test_the_time_limit_is_read_from_the_environment():
    name = "LISTREC_TRACKING_TIMEOUT"
    assert Settings.from_environment({name: "2.5"}).tracking_timeout == 2.5
    for wrong in ("soon", "0", "nan", "-1"):
        with pytest.raises(InputError, match=f"{name} must be a number of seconds"):
            Settings.from_environment({name: wrong})


def test_a_server_on_this_machine_is_asked_without_the_proxy(served, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, CLOSED)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "intranet")
    check_answers(served)


def test_a_deleted_experiment_is_restored_with_a_sentence(served, store, artifact):
    client, notes = open_client(served), []
    first = find_experiment(client, served, "price")
    client.delete_experiment(first)
    manifest = store.manifest(artifact("price"))

    assert log_run(
        served, CHALLENGER, manifest, "# card", register=True, note=notes.append
    )

    assert notes == [
        "mlflow's experiment listrec/price had been deleted, and was restored"
    ]
    assert client.get_experiment(first).lifecycle_stage == "active"


def test_an_experiment_that_cannot_be_restored_is_replaced(served, monkeypatch):
    client, notes = open_client(served), []
    first = find_experiment(client, served, "brand")
    client.delete_experiment(first)

    def refuse(experiment):
        client.get_experiment("404404")

    monkeypatch.setattr(client, "restore_experiment", refuse)
    second = find_experiment(client, served, "brand", notes.append)

    assert client.get_experiment(second).name == "listrec/brand 2"
    assert "listrec/brand is deleted and cannot be restored" in notes[0]


def test_aliases_follow_although_somebody_deleted_the_runs(served, store, champion):
    manifest = store.manifest(champion.models["price"])
    client = open_client(served)
    version = log_run(served, CHALLENGER, manifest, "# card", register=True)
    run = client.get_model_version("listing-price", version).run_id
    client.delete_run(run)

    registry.reconcile(served, store)

    alias = client.get_model_version_by_alias("listing-price", "champion")
    assert alias.version == version


@pytest.mark.slow
def test_what_was_trained_is_kept_when_mlflow_dies_and_registered_later(
    served, mlflow, context, artifact, store, world, snapshot, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    here = replace(context, settings=served)
    records = [{**CHALLENGER, "artifact": artifact("price", encoders=())}]
    data = {"path": str(snapshot), "id": "monday"}
    mlflow.stop()

    with pytest.raises(UnavailableError, match="nothing that was trained is lost") as e:
        register_steps.register(here, records, data, force=False)

    mlflow.start()
    name = str(e.value).split("registry register ")[1].split("'")[0]
    proposal = register_steps.register_pending(here, name)
    assert store.champion() == proposal["release"]
    version = open_client(served).get_model_version_by_alias(
        "listing-price", "champion"
    )
    assert version.tags["artifact_id"] == records[0]["artifact"]


def test_only_aliases_are_behind_when_mlflow_dies_at_the_very_end(
    settings, store, champion, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(UnavailableError, match=r"is the champion.*registry reconcile"):
        registry.reconcile(replace(settings, tracking_uri=CLOSED), store)
