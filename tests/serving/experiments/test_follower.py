"""A worker's follower, beside a server that only notes what it applies."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from common.errors import ArtifactError
from common.experiments.published import Published, Stop
from common.store.release import Release
from models.suggester import Suggester
from serving.experiments.follower import ExperimentsFollower
from serving.experiments.target import ExperimentsTarget
from serving.releases.loader import ReleaseLoader
from serving.releases.target import Target
from tests.serving.experiments.conftest import trial

R2 = Release("r2", (), {}, {})
STOP = Stop("trial", "", "it harms", "ann", "2026-12-01T09:00:00")
ONE = Published(1, {"trial": trial("release: r2")})


@dataclass
class Source:
    """Loads releases once its gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def load(self, release, loaded=()):
        assert self.gate.wait(20)
        return Suggester(release.id, {}, {})


@dataclass
class Server:
    """Notes the experiments and the releases that it was given."""

    held: tuple = ()
    keys: tuple = ()
    predictors_hold: bool = True
    fails: bool = False

    def releases(self):
        return self.held

    async def may_swap(self, release):
        return self.predictors_hold

    async def try_release(self, loaded):
        if self.fails:
            raise ArtifactError("model 'price' fails")

    def apply(self, experiments, releases):
        self.keys = tuple(each.key for each in experiments if not each.is_stopped)
        self.held = tuple(each.release for each in releases)


@pytest.fixture
def target(tmp_path):
    target = ExperimentsTarget(tmp_path)
    target.write(ONE)
    target.add_release(R2)
    return target


def follower_of(target, server, source, **changes):
    loader = ReleaseLoader(source)
    return ExperimentsFollower(loader, Target(target.folder), target, server, **changes)


@asynccontextmanager
async def following(follower):
    task = asyncio.ensure_future(follower.run())
    yield
    task.cancel()


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


def open_source():
    source = Source()
    source.gate.set()
    return source


def test_the_releases_of_variants_are_loaded(target):
    async def follow():
        server = Server()
        async with following(follower_of(target, server, open_source())):
            await until(lambda: server.held == ("r2",))
        assert server.keys == ("trial",)

    asyncio.run(follow())


def test_a_stop_is_applied_while_a_release_is_loaded(target):
    async def follow():
        server, source = Server(), Source()
        async with following(follower_of(target, server, source)):
            await until(lambda: server.keys == ("trial",))
            target.write(replace(ONE, number=2, stops=(STOP,)))
            await until(lambda: server.keys == ())
            source.gate.set()
            await asyncio.sleep(0.5)
            assert server.held == ()

    asyncio.run(follow())


def test_the_releases_of_an_experiment_that_is_over_are_given_back(target):
    async def follow():
        day = datetime.now(UTC).date()
        server = Server()
        follower = follower_of(target, server, open_source(), day=lambda: day)
        async with following(follower):
            await until(lambda: server.held == ("r2",))
            day += timedelta(days=2)
            await until(lambda: (server.keys, server.held) == ((), ()))

    asyncio.run(follow())


@pytest.mark.parametrize("trouble", [{"predictors_hold": False}, {"fails": True}])
def test_a_release_that_cannot_answer_everywhere_is_not_held(target, trouble):
    async def follow():
        server = Server(**trouble)
        async with following(follower_of(target, server, open_source())):
            await until(lambda: server.keys == ("trial",))
            await asyncio.sleep(0.5)
        assert server.held == ()

    asyncio.run(follow())


def test_a_worker_that_is_restarted_begins_with_what_others_apply(target):
    server = Server()
    follower_of(target, server, open_source()).begin()
    assert (server.keys, server.held) == (("trial",), ("r2",))


def test_a_release_that_has_not_passed_is_not_loaded(target):
    target.remove_others([])
    server = Server()
    follower_of(target, server, Source()).begin()
    assert (server.keys, server.held) == (("trial",), ())
