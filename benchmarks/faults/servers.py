"""The servers that are disturbed, each started as users start it, in processes of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

import models
from benchmarks.faults.proxy import DelayProxy
from common.errors import UnavailableError

LISTREC = (sys.executable, "-c", "from cli.main import run; run()")

STOP_SECONDS = 20

DISTURBED = "price"
"""The model whose predictor is disturbed."""


@dataclass(slots=True)
class Service:
    """A ``listrec serve`` that can be killed and started again at the same address.

    Attributes:
        words: its subcommand and options.
        home: its LISTREC_HOME.
        environment: further variables.
        address: where it answers, ``host:port``, once it was started.
    """

    words: Sequence[str]
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1:0"
    _process: subprocess.Popen[str] = field(init=False, repr=False)

    def start(self) -> None:
        """Start it, and return when it answers; raises ``UnavailableError`` when it does not."""
        port = self.address.rpartition(":")[2]
        settings = {"LISTREC_HOME": str(self.home), "LISTREC_STORE": ""}
        self._process = subprocess.Popen(
            [*LISTREC, "serve", *self.words, "--port", port],
            env={"OMP_NUM_THREADS": "1", **os.environ, **settings, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
            raise UnavailableError(
                f"'listrec serve {' '.join(self.words)}' did not start: try it to see why"
            )
        self.address = line.split()[-1]

    def signal(self, number: int) -> None:
        """Send a signal to its first process."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """Kill its first process, and wait until it is gone."""
        self._process.kill()
        self._process.communicate()

    def workers(self) -> list[psutil.Process]:
        """Return its child processes that listen, the oldest first."""
        children = psutil.Process(self._process.pid).children()
        listening = [child for child in children if _listens(child)]
        return sorted(listening, key=lambda child: child.create_time())

    def stop(self) -> None:
        """Stop it gracefully, and kill it when it takes long."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass(frozen=True, slots=True)
class Servers:
    """Servers that answer together.

    Attributes:
        front: the one that sellers ask.
        store: folder of the release store that all of them were started from.
        predictors: those behind it, by model.
        proxy: what the disturbed predictor is behind, if anything.
    """

    front: Service
    store: Path
    predictors: Mapping[str, Service] = field(default_factory=dict)
    proxy: DelayProxy | None = None


Start = Callable[[Path], AbstractContextManager[Servers]]
"""Starts servers from a LISTREC_HOME."""


@contextmanager
def two_workers(home: Path) -> Iterator[Servers]:
    """Run one server of two workers."""
    with _running(Service(("--workers", "2"), home)) as front:
        yield Servers(front, home / "store")


@contextmanager
def four_predictors(
    home: Path, names: Sequence[str] = models.NAMES, behind_proxy: bool = False
) -> Iterator[Servers]:
    """Run a suggester and a predictor for each model.

    With ``behind_proxy`` the predictor of ``DISTURBED`` is behind a ``DelayProxy``.
    """
    with ExitStack() as stack:
        predictors = {
            name: stack.enter_context(_running(_alone(home, "predictor", name)))
            for name in names
        }
        addresses = {name: service.address for name, service in predictors.items()}
        proxy = None
        if behind_proxy:
            proxy = stack.enter_context(DelayProxy(addresses[DISTURBED]))
            addresses[DISTURBED] = proxy.address

        words = ["suggester"]
        for name, address in addresses.items():
            words += ["--predictor", f"{name}={address}"]
        front = stack.enter_context(_running(_alone(home, *words)))
        yield Servers(front, home / "store", predictors, proxy)


def _alone(home: Path, *words: str) -> Service:
    """Return a server of one process: without watchers there is no supervisor either."""
    alone = {"LISTREC_RELEASE_POLL": "0", "LISTREC_EXPERIMENTS_POLL": "0"}
    return Service((*words, "--workers", "1"), home, alone)


@contextmanager
def _running(service: Service) -> Iterator[Service]:
    service.start()
    try:
        yield service
    finally:
        # A process that is stopped would not see that it is to end.
        with suppress(ProcessLookupError, psutil.NoSuchProcess):
            for worker in service.workers():
                worker.resume()
            service.signal(signal.SIGCONT)
        service.stop()


def _listens(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        connections = process.net_connections("tcp")
        return any(each.status == psutil.CONN_LISTEN for each in connections)
    return False
