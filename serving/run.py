"""A server as processes: workers on one port, the exporter of their metrics, and the watcher."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from prometheus_client.registry import Collector

from common.store.release import Release
from models.suggester import Suggester
from serving import metrics, telemetry
from serving.allocator import use_one_arena
from serving.experiments.reader import ExperimentsReader
from serving.experiments.release_watcher import VariantReleaseWatcher
from serving.experiments.target import ExperimentsTarget
from serving.ports import reserved_port
from serving.releases.shadow import as_a_shadow
from serving.releases.source import ReleaseSource
from serving.releases.start import fetch_release
from serving.releases.target import Target
from serving.releases.watcher import Watcher
from serving.server import Server
from serving.settings import ServingSettings
from serving.temporary_folder import temporary_folder
from serving.tls import server_credentials
from serving.tokens import read_tokens
from serving.worker import SHADOW_SOCKET, Front, Worker, serve
from serving.workers import Serve, Supervisor


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
        asyncio.run(serve(server, announce, front=front))


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
        shared = replace(settings, port=port)
        worker = Worker(releases, shared, source, suggests, front, folder)
        works: list[Serve] = [worker.run] * settings.workers
        works += _beside_workers(releases[0], settings, source, front, folder)
        Supervisor(metrics.mark_dead).run(works, lambda: announce(port))


def _beside_workers(
    loaded: Suggester,
    settings: ServingSettings,
    source: ReleaseSource,
    front: Front | None,
    folder: Path,
) -> Iterator[Serve]:
    """Yield what further processes do: export, watch, be a shadow, and what the front adds."""
    if settings.metrics_port:
        collectors = front.collectors if front else ()
        yield partial(export_all, settings, collectors)
    if settings.follows_champion:
        target = Target(folder)
        yield Watcher(source, target, settings.release_poll, loaded.release).run
    if settings.follows_experiments:
        experiments = ExperimentsTarget(folder)
        reader = ExperimentsReader(source.store, experiments, settings.experiments_poll)
        yield reader.run
        yield VariantReleaseWatcher(source, experiments).run
    if settings.shadow:
        release = fetch_release(source, settings.shadow)
        yield partial(_serve_shadow, source, release, folder / SHADOW_SOCKET)
    if front:
        yield from front.works


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
    asyncio.run(serve(server, lambda _: ready(), lifeline))


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
