"""A server as processes: workers on one port, the exporter of their metrics, and the watcher."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from prometheus_client.registry import Collector

from common.store.release import Release
from models.suggester import Suggester
from serving import metrics, telemetry
from serving.allocator import keep_returning, use_one_arena
from serving.ports import reserved_port
from serving.releases.follower import Follower, load_target
from serving.releases.shadow import Shadow, as_a_shadow
from serving.releases.source import ReleaseSource
from serving.releases.start import fetch_release
from serving.releases.target import Target
from serving.releases.watcher import Watcher
from serving.server import Server
from serving.settings import ServingSettings
from serving.temporary_folder import temporary_folder
from serving.tls import server_credentials
from serving.tokens import read_tokens
from serving.workers import STOP_SIGNALS, Serve, Supervisor


class Front(Protocol):
    """A further way to the suggester of each worker, such as the gateway."""

    @property
    def collectors(self) -> Sequence[Collector]:
        """What it adds to the metrics of the server."""

    @property
    def works(self) -> Sequence[Serve]:
        """What it runs in processes beside the workers."""

    async def start(self, server: Server) -> None:
        """Listen; the server has started."""

    async def stop(self) -> None:
        """Refuse new requests, and finish those in flight."""


def run(
    releases: Sequence[Suggester],
    settings: ServingSettings,
    source: ReleaseSource,
    suggests: bool = True,
    announce: Callable[[int], None] = lambda port: None,
    front: Front | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; call ``announce`` with the port once the server is ready.

    The first of ``releases`` answers, the others where a request names them. New champions come
    from ``source``, unless ``settings`` name a release. Each worker starts and stops ``front``.

    Raises ``UnavailableError`` when the port is taken, ``InputError`` for settings that cannot be
    used.
    """
    use_one_arena()
    settings.check_exposure()
    if settings.tls:
        server_credentials(settings.tls)
    if settings.tokens:
        read_tokens(Path(settings.tokens))
    telemetry.check(settings)

    if settings.is_supervised:
        _supervise(releases, settings, source, suggests, announce, front)
        return
    collectors = front.collectors if front else ()
    if settings.metrics_port:
        metrics.export(settings.host, settings.metrics_port, collectors=collectors)
    loaded, *also = releases
    with telemetry.started(settings, loaded.release) as tracer:
        server = Server(loaded, settings, suggests, also=also, tracer=tracer)
        asyncio.run(_serve(server, announce, front=front))


def _supervise(
    releases: Sequence[Suggester],
    settings: ServingSettings,
    source: ReleaseSource,
    suggests: bool,
    announce: Callable[[int], None],
    front: Front | None,
) -> None:
    """Serve by processes that this one starts, and starts again when they die."""
    with (
        reserved_port(settings.host, settings.port) as port,
        temporary_folder("release") as folder,
    ):
        target = Target(folder)
        socket = folder / "shadow"
        shared = replace(settings, port=port)
        loaded, *also = releases

        def serve(ready: Callable[[], None], lifeline: int) -> None:
            """Serve as one of the workers."""
            current = load_target(releases, source, target)
            shadow = Shadow(settings.shadow, socket) if settings.shadow else None
            # After the fork, which threads of exporters would not survive.
            with telemetry.started(settings, current.release) as tracer:
                server = Server(
                    current,
                    shared,
                    suggests,
                    shares_port=True,
                    also=also,
                    shadow=shadow,
                    tracer=tracer,
                )
                follower = None
                if settings.follows_champion:
                    follower = Follower(source, target, server, current.release)
                asyncio.run(
                    _serve(server, lambda _: ready(), lifeline, follower, front)
                )

        works = [serve] * settings.workers
        if settings.metrics_port:
            collectors = front.collectors if front else ()
            works.append(partial(export_all, settings, collectors))
        if settings.follows_champion:
            watcher = Watcher(source, target, settings.release_poll, loaded.release)
            works.append(watcher.run)
        if settings.shadow:
            release = fetch_release(source, settings.shadow)
            works.append(partial(_serve_shadow, source, release, socket))
        works += front.works if front else ()
        Supervisor(metrics.mark_dead).run(works, lambda: announce(port))


def _serve_shadow(
    source: ReleaseSource,
    release: Release,
    socket: Path,
    ready: Callable[[], None],
    lifeline: int,
) -> None:
    """Serve the shadow release to the workers, on a socket that this user alone can open."""
    as_a_shadow(socket.parent)
    # The one before it, if it has died, has left its socket.
    socket.unlink(missing_ok=True)
    server = Server(source.load(release), ServingSettings(), address=f"unix:{socket}")
    asyncio.run(_serve(server, lambda _: ready(), lifeline))


def export_all(
    settings: ServingSettings,
    collectors: Sequence[Collector],
    ready: Callable[[], None],
    lifeline: int,
) -> None:
    """Export the metrics of all workers, as a process of its own, until the lifeline is closed."""
    folder = os.environ[metrics.SHARED_FOLDER]
    metrics.export(settings.host, settings.metrics_port, folder, collectors)
    ready()
    os.read(lifeline, 1)


async def _serve(
    server: Server,
    announce: Callable[[int], None],
    lifeline: int | None = None,
    follower: Follower | None = None,
    front: Front | None = None,
) -> None:
    stop = stop_event(lifeline)
    port = await server.start()
    if front:
        await front.start(server)
    # In the process that serves: those that have died are left out of gauges.
    server.mark_served()
    announce(port)
    tasks = [asyncio.ensure_future(keep_returning())]
    if follower:
        tasks.append(asyncio.ensure_future(follower.run()))
    await stop.wait()
    for task in tasks:
        task.cancel()
    if front:
        await front.stop()
    await server.stop()


def stop_event(lifeline: int | None) -> asyncio.Event:
    """Return an event that is set by SIGTERM, SIGINT, or the end of the pipe ``lifeline``."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)

    def end_of_pipe() -> None:
        """Stop; a pipe at its end stays readable: the loop would be told again and again."""
        if lifeline is not None:
            loop.remove_reader(lifeline)
        stop.set()

    if lifeline is not None:
        loop.add_reader(lifeline, end_of_pipe)
    return stop
