"""A gateway of its own: workers on one HTTP port, which ask a suggester over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from serving import metrics
from serving.console.console import Console
from serving.gateway.gateway import Drain, Gateway
from serving.gateway.settings import GatewaySettings
from serving.gateway.suggesters import RemoteSuggester
from serving.run import export_all
from serving.settings import ServingSettings
from serving.tls import server_credentials
from serving.worker import stop_event
from serving.workers import Supervisor


def run(
    address: str,
    settings: GatewaySettings,
    serving: ServingSettings,
    event_log: Path | None,
    drain: Drain | None,
    console: Console | None,
    announce: Callable[[str], None],
) -> None:
    """Serve until SIGTERM or SIGINT; call ``announce`` with a sentence once it is ready.

    ``address`` is that of the suggester, which is asked with the credentials and the default
    deadline of ``serving``; events are kept in the folder ``event_log``, if there is one, which
    ``drain`` empties. ``console`` is shown beside, if there is one.
    Raises ``UnavailableError`` when the port is taken, ``InputError`` for settings that cannot be
    used.
    """
    if serving.tls:
        server_credentials(serving.tls)
    gateway = Gateway(settings, serving, event_log, drain, console)

    def serve(ready: Callable[[], None], lifeline: int) -> None:
        """Serve as one of the workers."""
        asyncio.run(_serve(gateway, address, serving, ready, lifeline))

    works = [serve] * serving.workers + gateway.works
    if serving.metrics_port:
        works.append(partial(export_all, serving, gateway.collectors))
    with gateway.reserved():
        Supervisor(metrics.mark_dead).run(works, lambda: announce(gateway.announcement))


async def _serve(
    gateway: Gateway,
    address: str,
    serving: ServingSettings,
    ready: Callable[[], None],
    lifeline: int,
) -> None:
    stop = stop_event(lifeline)
    suggester = RemoteSuggester(
        address,
        serving.credentials,
        serving.default_deadline,
        serving.max_message_length,
    )
    await gateway.start_with(suggester)
    ready()
    await stop.wait()
    await gateway.stop()
