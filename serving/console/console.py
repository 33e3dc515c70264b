"""The console of a gateway: a process of its own beside the workers, on a port of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common.store.release import ReleaseStore
from serving.console.access import make_access
from serving.console.app import ROOT, make_app
from serving.console.report import CountDays, Reporter
from serving.gateway.http_server import HttpServer
from serving.gateway.settings import split_address
from serving.ports import reserved_port, shared_socket
from serving.settings import ServingSettings
from serving.worker import stop_event


class Console:
    """Shows a store and counts of events; made before processes are forked, run in one of them."""

    def __init__(
        self, settings: ServingSettings, store: str, count_days: CountDays | None
    ) -> None:
        """Listen as ``settings`` say; ``store`` is the URL of the store.

        ``count_days`` counts events, where the shop keeps any. Raises ``InputError`` for settings
        that cannot be used.
        """
        self._host, self._port = split_address(settings.console)
        self._access = make_access(self._host, settings.console_token_file)
        self._settings = settings
        self._store = store
        self._count_days = count_days
        self._http: HttpServer | None = None

    @property
    def address(self) -> str:
        """The address of the page, once the port is reserved."""
        scheme = "https" if self._settings.tls else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self._port}{ROOT}"

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Reserve the port; raises ``UnavailableError`` when somebody listens on it."""
        with reserved_port(self._host, self._port) as self._port:
            yield

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Serve until SIGTERM, or until ``lifeline`` is closed by the other side."""
        asyncio.run(self._serve(ready, lifeline))

    async def start(self) -> None:
        """Listen, in a process that forks no more."""
        # Opened here: what a bucket needs does not survive a fork.
        reporter = Reporter(ReleaseStore(self._store), self._count_days)
        self._http = HttpServer(
            make_app(self._access, reporter),
            self._settings.tls,
            self._settings.shutdown_grace,
        )
        await self._http.start(shared_socket(self._host, self._port))

    async def stop(self) -> None:
        """Refuse new requests and finish those in flight, within the grace period."""
        if self._http:
            await self._http.stop()

    async def _serve(self, ready: Callable[[], None], lifeline: int) -> None:
        stop = stop_event(lifeline)
        await self.start()
        ready()
        await stop.wait()
        await self.stop()
