"""One worker of a server: what it loads, what it follows, and how it serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from prometheus_client.registry import Collector

from models.suggester import Suggester
from serving import telemetry
from serving.allocator import keep_returning
from serving.experiments.follower import ExperimentsFollower
from serving.experiments.target import ExperimentsTarget
from serving.releases.follower import Follower, load_target
from serving.releases.loader import ReleaseLoader
from serving.releases.shadow import Shadow
from serving.releases.source import ReleaseSource
from serving.releases.target import Target
from serving.server import Server
from serving.settings import ServingSettings
from serving.workers import STOP_SIGNALS, Serve

Follow = Callable[[], Coroutine[Any, Any, None]]
"""Follows something, as a task beside the server, until it is cancelled."""

SHADOW_SOCKET = "shadow"
"""Name of the socket on which the shadow release is served to workers."""


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


@dataclass(frozen=True, slots=True)
class Worker:
    """What all workers of a server have in common; each runs it in a process of its own.

    Attributes:
        releases: what was loaded before the fork; the first answers.
        settings: those of the server, with the port that all listen on.
        source: loads what is released later.
        suggests: whether it answers with all models together.
        front: a further way to the suggester.
        folder: the folder of this server, in which it is told what to follow.
    """

    releases: Sequence[Suggester]
    settings: ServingSettings
    source: ReleaseSource
    suggests: bool
    front: Front | None
    folder: Path

    def run(self, ready: Callable[[], None], lifeline: int) -> None:
        """Serve until SIGTERM, or until ``lifeline`` is closed by the other side."""
        current = load_target(self.releases, self.source, Target(self.folder))
        # After the fork, which threads of exporters would not survive.
        with telemetry.started(self.settings, current.release) as tracer:
            server = Server(
                current,
                self.settings,
                self.suggests,
                shares_port=True,
                also=self.releases[1:],
                shadow=self._shadow(),
                tracer=tracer,
            )
            followers = list(self._followers(server, current.release))
            asyncio.run(
                serve(server, lambda _: ready(), lifeline, followers, self.front)
            )

    def _shadow(self) -> Shadow | None:
        release = self.settings.shadow
        return Shadow(release, self.folder / SHADOW_SOCKET) if release else None

    def _followers(self, server: Server, release: str) -> Iterator[Follow]:
        """Yield what follows the champion, and the experiments, while the server answers."""
        target = Target(self.folder)
        if self.settings.follows_champion:
            loader = ReleaseLoader(self.source)
            yield Follower(loader, target, server, release).run
        if self.settings.follows_experiments:
            experiments = ExperimentsFollower(
                ReleaseLoader(self.source),
                target,
                ExperimentsTarget(self.folder),
                server,
            )
            experiments.begin()
            yield experiments.run


async def serve(
    server: Server,
    announce: Callable[[int], None],
    lifeline: int | None = None,
    followers: Sequence[Follow] = (),
    front: Front | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or the end of the pipe ``lifeline``.

    ``announce`` is called with the port once the server is ready.
    """
    stop = stop_event(lifeline)
    port = await server.start()
    if front:
        await front.start(server)
    # In the process that serves: those that have died are left out of gauges.
    server.mark_served()
    announce(port)
    tasks = [asyncio.ensure_future(keep_returning())]
    tasks += [asyncio.ensure_future(follow()) for follow in followers]
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
