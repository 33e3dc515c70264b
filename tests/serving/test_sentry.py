"""A bug is reported with the release that has failed, also after the release has changed."""

import asyncio
from contextlib import asynccontextmanager

import grpc
import pytest

from common.errors import ArtifactError
from serving import telemetry
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.receivers import receiving, wait_until

pytest.importorskip("sentry_sdk", reason="needs the extra observability")

SHOES = pb.SuggestRequest(listing=pb.Listing(title="shoes"))
PREDICT = pb.PredictRequest(listings=[SHOES.listing])


@pytest.fixture
def sentry():
    """A Sentry, and this process as one that sends it bugs and has started with release r1."""
    with receiving() as receiver:
        settings = ServingSettings(sentry_dsn=f"http://key@{receiver.address}/1")
        with telemetry.started(settings, "r1"):
            yield receiver


def test_a_bug_after_a_change_is_one_of_the_new_release(sentry, loaded, predictor):
    async def scenario():
        async with _started(loaded(broken := predictor("price"))) as (server, channel):
            await _meet_bugs(channel, broken)
            await server.swap(loaded(broken := predictor("price"), release="r2"))
            await _meet_bugs(channel, broken)

    asyncio.run(scenario())

    assert _releases(sentry, 4) == ["r1", "r1", "r2", "r2"]


def test_a_bug_of_a_release_that_is_not_taken_is_its_own(sentry, loaded, predictor):
    async def scenario():
        async with _started(loaded(price := predictor("price"))) as (server, channel):
            broken = predictor("price", error=ValueError())
            with pytest.raises(ArtifactError):
                await server.swap(loaded(broken, release="r2"))
            await _meet_bugs(channel, price)

    asyncio.run(scenario())

    assert _releases(sentry, 3) == ["r2", "r1", "r1"]


@asynccontextmanager
async def _started(loaded):
    """A server, and a channel to it."""
    server = Server(loaded, ServingSettings(port=0))
    address = f"127.0.0.1:{await server.start()}"
    async with grpc.aio.insecure_channel(address) as channel:
        yield server, channel
    await server.stop()


async def _meet_bugs(channel, predictor):
    """Let a model fail in an answer of all models, and in one of its own."""
    predictor.error = ValueError()
    await rpc.SuggesterStub(channel).Suggest(SHOES)
    with pytest.raises(grpc.aio.AioRpcError):
        await rpc.PredictorStub(channel).Predict(PREDICT)


def _releases(sentry, count):
    """The releases of so many bugs, in the order in which they were met."""
    wait_until(lambda: len(sentry.events) == count)
    return [event["release"] for event in sentry.events]
