"""The gateway of a worker: its port, which the workers share, and when it starts and stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, nullcontext
from pathlib import Path

from prometheus_client.registry import Collector

from common.event_log.log import EventLog
from common.store.storage import Storage
from serving.console.console import Console
from serving.gateway.admission import Admission
from serving.gateway.api import Api
from serving.gateway.app import make_app
from serving.gateway.http_server import HttpServer
from serving.gateway.kept_photos import KeptPhotos
from serving.gateway.metrics import BacklogCollector
from serving.gateway.settings import GatewaySettings
from serving.gateway.suggesters import LocalSuggester, Suggester
from serving.logs import log
from serving.ports import reserved_port, shared_socket
from serving.server import Server
from serving.settings import ServingSettings
from serving.tokens import TokenLimits, read_tokens
from serving.workers import Serve

LOG = logging.getLogger(__name__)

Drain = Callable[[threading.Event, Callable[[str], None]], None]
"""Moves events from the log to their database until the first argument is set, in a thread; calls
the second with a sentence about what does not work."""


class Gateway:
    """Answers over HTTP with a suggester; made before workers are forked, started in each."""

    def __init__(
        self,
        settings: GatewaySettings,
        serving: ServingSettings,
        event_log: Path | None = None,
        drain: Drain | None = None,
        console: Console | None = None,
    ) -> None:
        """Listen as ``settings`` say, and keep events in the folder ``event_log``, if there is one.

        ``drain`` runs in each worker, to empty the folder; ``console`` in a process beside them.
        Raises ``InputError`` for a file of tokens that cannot be read, and for an address of kept
        listings of an unknown kind.
        """
        self._settings = settings
        self._serving = serving
        self._event_log = event_log
        self._drain = drain
        self._console = console
        url = settings.keep_listings if event_log else ""
        self._storage = Storage(url) if url else None
        self._host, self._port = settings.address
        tokens = read_tokens(Path(serving.tokens)) if serving.tokens else []
        self._tokens = TokenLimits(tokens, serving.workers) if tokens else None
        self._api: Api | None = None
        self._http: HttpServer | None = None
        self._open = AsyncExitStack()

    @property
    def address(self) -> str:
        """The address of the page, once the port is reserved."""
        scheme = "https" if self._serving.tls else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self._port}/"

    @property
    def collectors(self) -> list[Collector]:
        """What it adds to the metrics of a server: the events that wait, if there is a log."""
        return [BacklogCollector(self._event_log)] if self._event_log else []

    @property
    def works(self) -> list[Serve]:
        """What it runs in processes beside the workers: the console, if there is one."""
        return [self._console.run] if self._console else []

    @property
    def announcement(self) -> str:
        """Lines with its addresses, once the ports are reserved."""
        lines = [f"answering over HTTP at {self.address}"]
        if self._console:
            lines.append(f"the console is at {self._console.address}")
        return "\n".join(lines)

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Reserve the ports for processes that are forked meanwhile.

        Raises ``UnavailableError`` when somebody listens on one of them.
        """
        console = self._console.reserved() if self._console else nullcontext()
        with console, reserved_port(self._host, self._port) as self._port:
            yield

    async def start(self, server: Server) -> None:
        """Answer with the suggester of a server of this process, which has started."""
        if server.suggester:
            await self.start_with(LocalSuggester(server.suggester))

    async def start_with(self, suggester: Suggester) -> None:
        """Answer with a suggester, which is closed at the end."""
        self._open.push_async_callback(suggester.close)
        events = None
        if self._event_log:
            events = await self._open.enter_async_context(EventLog(self._event_log))
            self._open.enter_context(self._draining())

        photos = None
        if self._storage:
            photos = KeptPhotos(self._storage)
            self._open.callback(photos.close)

        admission = Admission(self._settings, self._tokens)
        self._api = Api(suggester, admission, events, photos)
        self._http = HttpServer(
            make_app(self._api), self._serving.tls, self._serving.shutdown_grace
        )
        await self._http.start(shared_socket(self._host, self._port))

    async def stop(self) -> None:
        """Refuse new requests and finish those in flight, within the grace period."""
        if self._api and self._http:
            self._api.is_draining = True
            await self._http.stop()
        await self._open.aclose()

    @contextmanager
    def _draining(self) -> Iterator[None]:
        """Drain in a thread until the block ends."""
        if self._drain is None:
            yield
            return
        stop = threading.Event()
        thread = threading.Thread(target=self._drain, args=(stop, _report))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _report(problem: str) -> None:
    log(LOG, logging.ERROR, "events not drained", reason=problem)
