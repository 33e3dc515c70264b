"""A server of its own process on a store with two releases, and sellers who ask it all the time."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.errors import ListrecError, UnavailableError
from common.listing import Listing, Suggestions
from common.store.release import Release, ReleaseStore
from serving.client import Client

LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]


@dataclass
class Home:
    """A LISTREC_HOME with the champion and another release."""

    path: Path
    store: ReleaseStore
    champion: Release
    rival: Release

    def point_at(self, release_id: str) -> None:
        """Make something the champion that nobody would promote."""
        (self.path / "store" / "champion").write_text(release_id + "\n")


@pytest.fixture
def home(rivals, tmp_path):
    settings, _ = rivals
    shutil.copytree(settings.store, tmp_path / "store")
    store = ReleaseStore(str(tmp_path / "store"))
    champion = store.read()
    [other] = set(store.releases()) - {champion.id}
    return Home(tmp_path, store, champion, store.read(other))


@dataclass
class Served:
    """``listrec serve`` in a process."""

    process: subprocess.Popen
    address: str
    log: Path

    def lines(self, event: str, release: str = "") -> list[dict]:
        """The log lines about an event, and a release."""
        # The last one may be half written.
        whole = self.log.read_text().split("\n")[:-1]
        lines = [json.loads(line) for line in whole]
        return [
            line
            for line in lines
            if line["event"] == event and release in line.get("release", "")
        ]

    def wait_for(self, event: str, release: str, count: int = 1) -> list[dict]:
        """Wait until an event was logged a number of times."""
        until(lambda: len(self.lines(event, release)) >= count)
        return self.lines(event, release)

    def ask(self) -> Suggestions:
        """Ask over a new connection."""
        with Client(self.address) as client:
            return client.suggest(Listing(title="running shoes"), timeout=20)

    def release(self) -> str:
        """The id of the release that answers, nothing while no worker does."""
        try:
            return self.ask().release
        except UnavailableError:
            return ""

    def children(self) -> list[int]:
        """The ids of the processes that it has started."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in path.read_text().split()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@pytest.fixture
def serve(home):
    """Starts a server of the home that looks for a new champion all the time."""
    processes = []

    def start(*words, **environment):
        log = home.path / f"log-{len(processes)}"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [*LISTREC, "serve", "--port", "0", *words],
                env=os.environ
                | {"LISTREC_HOME": str(home.path), "LISTREC_RELEASE_POLL": "0.2"}
                | {"LISTREC_EXPERIMENTS_POLL": "0"}
                | environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        processes.append(process)
        line = process.stdout.readline()
        ready = re.fullmatch(r"serving release \w+ on (\S+)\n", line)
        assert ready, log.read_text()
        return Served(process, ready[1], log)

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@dataclass
class Sellers:
    """Threads that ask without a pause, over one connection or over a new one each time."""

    address: str
    answers: list[Suggestions] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self):
        for ask in (self._keep_asking, self._keep_connecting):
            self._threads.append(threading.Thread(target=ask))
            self._threads[-1].start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _keep_asking(self):
        with Client(self.address) as client:
            while not self._stop.is_set():
                self._ask(client)

    def _keep_connecting(self):
        while not self._stop.is_set():
            with Client(self.address) as client:
                self._ask(client)

    def _ask(self, client):
        try:
            answer = client.suggest(Listing(title="running shoes"), timeout=20)
            self.answers.append(answer)
        except ListrecError as error:
            self.errors.append(error)


@pytest.fixture
def sellers():
    return Sellers


def until(condition):
    """Wait until something holds; fails after a while."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
